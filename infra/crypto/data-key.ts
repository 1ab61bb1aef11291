import { createSecretKey, hkdfSync } from 'node:crypto'
import type { DataKey, SealContext } from '../../commands/ports/vault.ts'
import { lengthPrefixed } from '../../domain/length-prefixed.ts'
import { aeadOpen, aeadSeal } from './aead.ts'
import { hmacSha256 } from './hmac-sha256.ts'

const KEY_BYTES = 32

/** A data key that also opens. */
export interface OpenedDataKey extends DataKey {
  open(context: SealContext, sealed: Uint8Array): Buffer
}

/** Derives the three keys of a data key by HKDF (RFC 5869), so that no key serves two purposes. */
export function createDataKey(keyId: string, secret: Uint8Array): OpenedDataKey {
  const sealKey = createSecretKey(derive(secret, 'seal'))
  return {
    keyId,
    seal: (context, plaintext) => aeadSeal(sealKey, aadOf(context), plaintext),
    open: (context, sealed) => aeadOpen(sealKey, aadOf(context), sealed),
    requestHmac: hmacSha256(derive(secret, 'request')),
    contentHmac: hmacSha256(derive(secret, 'content')),
  }
}

const derive = (secret: Uint8Array, label: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), label, KEY_BYTES))

const aadOf = (context: SealContext): Buffer =>
  lengthPrefixed(context.tenant, context.namespace, context.keyId, context.commandId, context.memoryId, context.type)
