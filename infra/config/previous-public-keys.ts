import { createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ConfigurationError } from './configuration-error.ts'

const NAME = 'SOMABRAIN_SIGNING_PUBLIC_KEYS_FILE'
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g

/** The keys of the file as PEM, one each. Throws a `ConfigurationError`. */
export function previousPublicKeys(file: string | undefined): readonly string[] {
  if (file === undefined) return []
  const blocks = [...read(file).matchAll(BLOCK)]
  if (blocks.length === 0) throw wrong('holds no PEM block')
  return blocks.map(([block, label]) => {
    // Its public key would do, but a private key has no place in a file whose content is published.
    if (label!.includes('PRIVATE')) throw wrong('holds a private key')
    return publicKey(block).export({ type: 'spki', format: 'pem' }).toString()
  })
}

function publicKey(block: string): KeyObject {
  try {
    const key = createPublicKey(block)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // OpenSSL's words say less than what would be valid.
  }
  throw wrong('holds a block that is no Ed25519 public key')
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw wrong(`cannot be read: ${(error as Error).message}`)
  }
}

const wrong = (problem: string): ConfigurationError =>
  new ConfigurationError(NAME, problem, 'a PEM file of Ed25519 public keys, as `somabrain audit key` prints them')
