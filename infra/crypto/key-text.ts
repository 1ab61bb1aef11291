import { createPrivateKey } from 'node:crypto'

/** 32 bytes as base64 or hex, the two forms that a key may be given in. The length is for the caller to check. */
export const keyOfText = (text: string): Buffer =>
  /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')

export const isPem = (text: string): boolean => text.startsWith('-----BEGIN')

/** The secret bytes of an Ed25519 key in PEM, as they are given without it; `null` when it is none. */
export function secretOfPem(pem: string): Buffer | null {
  try {
    const { d } = createPrivateKey(pem).export({ format: 'jwk' })
    return d === undefined ? null : Buffer.from(d, 'base64url')
  } catch {
    // Whoever loads the key says so, in words that hold none of it.
    return null
  }
}
