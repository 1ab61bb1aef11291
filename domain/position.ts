/**
 * A place in the log: the last record that is included, or offset −1 for "nothing yet". One idea serves as consistency
 * token, row version, checkpoint and audit index. Opaque to clients: 19 bytes, base64url.
 */
export interface Position {
  /** 64 random bits of the log's `Genesis`, 16 hex digits. */
  readonly generation: string
  readonly partition: number
  readonly offset: number
}

const VERSION = 1
const BYTES = 19

export function encodePosition(position: Position): string {
  const bytes = Buffer.alloc(BYTES)
  bytes.writeUInt8(VERSION, 0)
  bytes.write(position.generation, 1, 8, 'hex')
  bytes.writeUInt16BE(position.partition, 9)
  bytes.writeBigInt64BE(BigInt(position.offset), 11)
  return bytes.toString('base64url')
}

/** The position that `text` encodes, or `null` when it is not one that {@link encodePosition} could have made. */
export function decodePosition(text: string): Position | null {
  if (!/^[A-Za-z0-9_-]{26}$/.test(text)) return null
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length !== BYTES || bytes.readUInt8(0) !== VERSION || bytes.toString('base64url') !== text) return null
  const offset = bytes.readBigInt64BE(11)
  if (offset < -1n || offset > BigInt(Number.MAX_SAFE_INTEGER)) return null
  return { generation: bytes.toString('hex', 1, 9), partition: bytes.readUInt16BE(9), offset: Number(offset) }
}
