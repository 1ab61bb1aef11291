import { randomFillSync } from 'node:crypto'

/** A fresh idempotency key for a request that brought none: UUIDv7 (RFC 9562 §5.7), so that keys sort by time. */
export function drawIdempotencyKey(now: number): string {
  const bytes = drawBytes()
  bytes.writeUIntBE(now, 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const KEY_BYTES = 16
/** Random bytes are drawn in blocks: a call for sixteen of them costs as much as one for four thousand. */
const drawn = Buffer.alloc(KEY_BYTES * 256)
let next = drawn.length

function drawBytes(): Buffer {
  if (next === drawn.length) {
    randomFillSync(drawn)
    next = 0
  }
  next += KEY_BYTES
  return drawn.subarray(next - KEY_BYTES, next)
}
