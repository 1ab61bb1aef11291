import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { anchorBytes, type SignedAnchor } from '../../domain/audit/anchor.ts'
import { SigningKeyError, signingKeyId } from '../crypto/signing-key.ts'

/** Tells whether one of the given Ed25519 keys (public, PEM) signed exactly what an anchor says. Throws {@link SigningKeyError}. */
export function createAnchorCheck(publicKeys: readonly string[]): (anchor: SignedAnchor) => boolean {
  const trusted = new Map(publicKeys.map(parsePublicKey).map((key) => [signingKeyId(key), key]))
  return (anchor) => {
    const key = trusted.get(anchor.keyId)
    return key !== undefined && verify(null, anchorBytes(anchor), key, anchor.signature)
  }
}

function parsePublicKey(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // OpenSSL's words say less than what would be valid.
  }
  throw new SigningKeyError('A public key to trust is not valid: expected an Ed25519 public key as PEM')
}
