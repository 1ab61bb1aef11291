#!/usr/bin/env node
// Checks the receipt of an erasure with public keys alone: node scripts/verify-receipt.mjs receipt.json public-key.pem…
// Needs nothing but Node 20: whoever was given a receipt can check it without this system. The receipt may be as
// GET /receipts/{id} gave it, or its `receipt` member alone; the keys as GET /receipts/key gave them, or PEM. Of several keys
// the one that the receipt names is taken: it is signed once, and the key may have been exchanged since.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'

const [receiptFile, ...keyFiles] = process.argv.slice(2)
if (receiptFile === undefined || keyFiles.length === 0) {
  end(2, 'usage: node scripts/verify-receipt.mjs receipt.json public-key.pem…')
}

const receipt = readReceipt(receiptFile)
const publicKeys = new Map(keyFiles.flatMap(readKeys).map((key) => [keyId(key), key]))
const { signature, ...stated } = receipt
if (receipt.type !== 'somabrain.erasure-receipt' || receipt.version !== 1) {
  end(1, `NOT VALID: ${receiptFile} is no receipt of an erasure that this script knows`)
}
if (signature?.algorithm !== 'Ed25519' || typeof signature.value !== 'string' || typeof signature.key_id !== 'string') {
  end(1, `NOT VALID: ${receiptFile} has no Ed25519 signature`)
}
const { value, ...named } = signature
const publicKey = publicKeys.get(named.key_id)
if (publicKey === undefined) {
  const held = [...publicKeys.keys()].join(', ')
  end(1, `NOT VALID: the receipt was signed with the key ${named.key_id}, and ${keyFiles.join(', ')} holds ${held}`)
}
// RFC 8032: over the bytes themselves. Base64 that is not the one spelling of its bytes would be a second receipt.
const bytes = Buffer.from(value, 'base64')
const signed = Buffer.from(canonical({ ...stated, signature: named }))
if (bytes.toString('base64') !== value || !verify(null, signed, publicKey, bytes)) {
  end(1, 'NOT VALID: something was altered after it was signed, or another key signed it')
}
end(0, `valid: receipt ${receipt.receipt_id}: ${receipt.memories} memories erased, complete ${receipt.completed_at}`)

function readReceipt(file) {
  try {
    const json = JSON.parse(readFileSync(file, 'utf8'))
    const found = json.receipt ?? json
    if (typeof found === 'object' && found !== null) return found
  } catch (error) {
    end(2, `${file} cannot be read: ${error.message}`)
  }
  return end(2, `${file} holds no JSON object`)
}

function readKeys(file) {
  try {
    const text = readFileSync(file, 'utf8')
    if (!text.trimStart().startsWith('{')) return pemBlocks(text).map((pem) => createPublicKey(pem))
    const { public_key: current, keys = [] } = JSON.parse(text)
    return [current, ...keys.map((key) => key.public_key)].map((pem) => createPublicKey(pem))
  } catch (error) {
    return end(2, `${file} holds no public key: ${error.message}`)
  }
}

/** Text without a block is left whole, for OpenSSL to say what it is not. */
function pemBlocks(text) {
  return text.match(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g) ?? [text]
}

function keyId(key) {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16)
}

/** RFC 8785: members sorted by UTF-16 code units, which is how JavaScript sorts strings; the rest is `JSON.stringify`. */
function canonical(json) {
  if (Array.isArray(json)) return `[${json.map(canonical).join(',')}]`
  if (typeof json !== 'object' || json === null) return JSON.stringify(json)
  const members = Object.keys(json).sort()
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(json[name])}`).join(',')}}`
}

function end(code, message) {
  process[code === 0 ? 'stdout' : 'stderr'].write(`${message}\n`)
  process.exit(code)
}
