import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto'

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const OVERHEAD = 1 + NONCE_BYTES + TAG_BYTES

/**
 * version ‖ random 96-bit nonce ‖ ciphertext ‖ tag, AES-256-GCM. A random nonce is safe for 2³² messages under one key
 * (NIST SP 800-38D §8.3), and a data key is one user's.
 */
export function aeadSeal(key: KeyObject, aad: Uint8Array, plaintext: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(OVERHEAD + plaintext.length)
  const nonce = drawNonce()
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(aad)
  sealed[0] = VERSION
  nonce.copy(sealed, 1)
  cipher.update(plaintext).copy(sealed, 1 + NONCE_BYTES)
  cipher.final()
  cipher.getAuthTag().copy(sealed, sealed.length - TAG_BYTES)
  return sealed
}

/** Random bytes are drawn in blocks: a call for twelve of them costs as much as one for four thousand. */
const nonces = Buffer.alloc(NONCE_BYTES * 341)
let nextNonce = nonces.length

function drawNonce(): Buffer {
  if (nextNonce === nonces.length) {
    randomFillSync(nonces)
    nextNonce = 0
  }
  nextNonce += NONCE_BYTES
  return nonces.subarray(nextNonce - NONCE_BYTES, nextNonce)
}

/** Opens what {@link aeadSeal} made. Throws when key, context or bytes are not the ones that it was sealed with. */
export function aeadOpen(key: KeyObject, aad: Uint8Array, sealed: Uint8Array): Buffer {
  if (sealed.length < OVERHEAD || sealed[0] !== VERSION) {
    throw new Error(`not a seal of version ${VERSION}: ${sealed.length} bytes, version ${sealed[0] ?? 'none'}`)
  }
  const end = sealed.length - TAG_BYTES
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_BYTES))
  decipher.setAAD(aad)
  decipher.setAuthTag(sealed.subarray(end))
  const plaintext = decipher.update(sealed.subarray(1 + NONCE_BYTES, end))
  decipher.final()
  return plaintext
}
