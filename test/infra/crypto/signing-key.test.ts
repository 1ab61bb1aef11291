import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { loadSigningKey, signingKeyId } from '../../../infra/crypto/signing-key.ts'

test.beforeEach((t) => {
  t.context = mkdtempSync(join(tmpdir(), 'somabrain-signing-'))
})
test.afterEach.always((t) => rmSync(t.context as string, { recursive: true }))

const bytes = Buffer.from('an anchor')

test('the first start makes a signing key that only its owner can read, and the next one takes it', (t) => {
  const folder = t.context as string
  const first = loadSigningKey(folder, null)
  t.true(first.made)
  t.is(statSync(join(folder, 'signing.key')).mode & 0o777, 0o600)
  const second = loadSigningKey(folder, null)
  t.false(second.made)
  t.is(second.keyId, first.keyId)
  t.deepEqual(readdirSync(folder), ['signing.key'])
})

test('a signature verifies with the public key alone, and not over other bytes', (t) => {
  const key = loadSigningKey(t.context as string, null)
  const signature = key.sign(bytes)
  const publicKey = createPublicKey(key.publicKeyPem)
  t.is(signature.length, 64)
  t.true(verify(null, bytes, publicKey, signature))
  t.false(verify(null, Buffer.from('an ancho2'), publicKey, signature))
  t.is(signingKeyId(publicKey), key.keyId)
})

test('a configured signing key is taken as PEM, base64 or hex, and no file is made', (t) => {
  const folder = t.context as string
  const { privateKey } = generateKeyPairSync('ed25519')
  const secret = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-32)
  const texts = [
    privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    secret.toString('base64'),
    secret.toString('hex'),
  ]
  const keys = texts.map((text) => loadSigningKey(folder, text))
  t.is(new Set(keys.map(({ keyId }) => keyId)).size, 1)
  t.true(keys.every(({ made, source }) => !made && source === 'SOMABRAIN_SIGNING_KEY'))
  t.deepEqual(readdirSync(folder), [])
})

test('what holds no Ed25519 key is refused by name, without a word of it', (t) => {
  const folder = t.context as string
  const expected = {
    name: 'SigningKeyError',
    message: /SOMABRAIN_SIGNING_KEY holds no signing key: expected an Ed25519/,
  }
  const error = t.throws(() => loadSigningKey(folder, 'c2VjcmV0LWNhbmFyeQ=='), expected)
  t.false(String(error?.message).includes('c2VjcmV0'))
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  t.throws(() => loadSigningKey(folder, rsa.export({ type: 'pkcs8', format: 'pem' }).toString()), expected)
  t.throws(() => loadSigningKey(folder, '-----BEGIN PRIVATE KEY-----\ncut'), expected)
  writeFileSync(join(folder, 'signing.key'), 'truncated')
  t.throws(() => loadSigningKey(folder, null), { message: /signing\.key holds no signing key/ })
})
