import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { isPem, keyOfText } from './key-text.ts'

export const SIGNING_KEY_FILE = 'signing.key'

/** The signing key is not there or is none. The message is for the operator. */
export class SigningKeyError extends Error {
  override readonly name = 'SigningKeyError'
}

/** Signs audit anchors and erasure receipts: Ed25519 (RFC 8032). */
export interface SigningKey {
  /** Where it came from, for the operator. */
  readonly source: string
  /** {@link signingKeyId} of the public key: stands beside every signature, so that keys can be exchanged. */
  readonly keyId: string
  /** SubjectPublicKeyInfo as PEM: all that a verifier needs. */
  readonly publicKeyPem: string
  /** 64 bytes over the bytes themselves; Ed25519 hashes them by itself. */
  sign(bytes: Uint8Array): Buffer
}

/**
 * The signing key from its configured text (PKCS#8 PEM, or its 32 secret bytes as base64 or hex), or from `signing.key` in
 * the data directory, made (mode 0600) at first start. Throws a {@link SigningKeyError}.
 */
export function loadSigningKey(dataDir: string, configured: string | null): SigningKey & { readonly made: boolean } {
  if (configured !== null) {
    return { ...createSigningKey(parseKey(configured, 'SOMABRAIN_SIGNING_KEY'), 'SOMABRAIN_SIGNING_KEY'), made: false }
  }
  const path = join(dataDir, SIGNING_KEY_FILE)
  const made = !existsSync(path) && makeKeyFile(path)
  return { ...createSigningKey(parseKey(readFileSync(path, 'utf8').trim(), path), path), made }
}

export function createSigningKey(privateKey: KeyObject, source: string): SigningKey {
  const publicKey = createPublicKey(privateKey)
  return {
    source,
    keyId: signingKeyId(publicKey),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (bytes) => sign(null, bytes, privateKey),
  }
}

/** The first 8 bytes of SHA-256 over the public key's SubjectPublicKeyInfo (DER), hex. */
export function signingKeyId(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('hex').slice(0, 16)
}

/** PrivateKeyInfo of an Ed25519 key up to its 32 secret bytes (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const SECRET_BYTES = 32

function parseKey(text: string, source: string): KeyObject {
  try {
    const key = isPem(text) ? createPrivateKey(text) : keyOfSecret(text)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // Neither OpenSSL's words nor the text itself belong into a message: it may be most of a key.
  }
  throw new SigningKeyError(
    `${source} holds no signing key: expected an Ed25519 private key, as PEM (openssl genpkey -algorithm ed25519) or ` +
      `its ${SECRET_BYTES} bytes as base64 or hex`,
  )
}

function keyOfSecret(text: string): KeyObject {
  const secret = keyOfText(text)
  if (secret.length !== SECRET_BYTES) throw new RangeError('not 32 bytes')
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, secret]), format: 'der', type: 'pkcs8' })
}

/** Whether it was this process that made it. Linked into place whole: processes that start together share one key. */
function makeKeyFile(path: string): boolean {
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}.new`
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, pem.toString())
    fsyncSync(file)
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    closeSync(file)
    unlinkSync(draft)
  }
}
