import type { ErasureReceipt } from '../domain/erasure/receipt.ts'
import { canonicalJson } from './canonical-json.ts'

/** Signs with Ed25519 (RFC 8032); `keyId` names the public key. */
export interface ReceiptSigner {
  readonly keyId: string
  sign(bytes: Uint8Array): Uint8Array
}

/**
 * The receipt as JSON, with its signature: over RFC 8785 JSON of everything but the signature's value, so that no member can
 * be altered, added or taken away. scripts/verify-receipt.mjs checks it with the public key alone.
 */
export function signReceipt(receipt: ErasureReceipt, signer: ReceiptSigner): string {
  const signature = { algorithm: 'Ed25519', key_id: signer.keyId }
  const value = signer.sign(Buffer.from(canonicalJson({ ...receipt, signature })))
  return canonicalJson({ ...receipt, signature: { ...signature, value: Buffer.from(value).toString('base64') } })
}
