import { createPublicKey } from 'node:crypto'
import { type SigningKey, signingKeyId } from '../crypto/signing-key.ts'
import type { ErasureSettings } from './erasure-settings.ts'
import type { PublishedKey, PublishedKeys } from './erasure-sides.ts'

/** The key that signs, and those that signed before: a receipt is signed once, and outlives its key. */
export function publishedKeys(signer: SigningKey, { previousPublicKeys }: ErasureSettings): PublishedKeys {
  const { keyId, publicKeyPem } = signer
  const current: PublishedKey = { keyId, publicKeyPem }
  const previous = previousPublicKeys.map((pem) => ({ keyId: signingKeyId(createPublicKey(pem)), publicKeyPem: pem }))
  return { receiptKey: async () => current, previousKeys: async () => previous.filter((one) => one.keyId !== keyId) }
}
