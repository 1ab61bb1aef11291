import { hash } from 'node:crypto'
import { lengthPrefixed } from './length-prefixed.ts'

/** What the ids of a command derive from: the same request under the same key gets the same ids, anywhere. */
export interface IdSource {
  readonly tenant: string
  readonly principal: string
  readonly namespace: string
  readonly route: string
  readonly idempotencyKey: string
}

export interface DerivedIds {
  readonly commandId: string
  readonly memoryId: string
}

export const UUID_PATTERN = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'

/** Command and memory id: UUIDv8 (RFC 9562 §5.8) from the two halves of one SHA-256. */
export function deriveIds(source: IdSource): DerivedIds {
  const { tenant, principal, namespace, route, idempotencyKey } = source
  const digest = hash(
    'sha256',
    lengthPrefixed('somabrain/ids/1', tenant, principal, namespace, route, idempotencyKey),
    'buffer',
  )
  return { commandId: uuidV8(digest.subarray(0, 16)), memoryId: uuidV8(digest.subarray(16, 32)) }
}

function uuidV8(bytes: Buffer): string {
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
