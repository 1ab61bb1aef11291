import type { PackedRecord } from '../../domain/audit/chain.ts'
import type { LogRecord } from '../../projections/ports/log-reader.ts'
import { crc32c } from '../kafka/crc32c.ts'

/**
 * A record in a segment of an archive, big endian: length of what follows the checksum (uint32), CRC-32C of it (uint32), then
 * offset (uint64), timestamp (float64, ms since 1970), length of key, of headers (uint32 each), key, headers as JSON, value.
 */
const HEAD_BYTES = 8
const FIXED_BYTES = 8 + 8 + 4 + 4
/** Kafka takes no record above the 4 MiB of `max.message.bytes`, of which JSON makes six times as much at most: a longer one is damage. */
const MOST_BYTES = 32 << 20

/** A record as it lies in a segment. */
export type ArchivedRecord = PackedRecord

export function frameRecord({ offset, timestamp, key, value, headers }: LogRecord): Buffer {
  const headerText = Buffer.from(JSON.stringify(headers))
  const length = FIXED_BYTES + key.length + headerText.length + value.length
  const frame = Buffer.allocUnsafe(HEAD_BYTES + length)
  frame.writeUInt32BE(length, 0)
  let at = frame.writeBigUInt64BE(BigInt(offset), HEAD_BYTES)
  at = frame.writeDoubleBE(timestamp, at)
  at = frame.writeUInt32BE(key.length, at)
  at = frame.writeUInt32BE(headerText.length, at)
  frame.set(key, at)
  frame.set(headerText, at + key.length)
  frame.set(value, at + key.length + headerText.length)
  frame.writeUInt32BE(crc32c(frame, HEAD_BYTES), 4)
  return frame
}

/** The frame of a record that was read. */
export function framedBytes({ bytes }: ArchivedRecord): Buffer {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + bytes.length)
  frame.writeUInt32BE(bytes.length, 0)
  frame.writeUInt32BE(crc32c(bytes), 4)
  bytes.copy(frame, HEAD_BYTES)
  return frame
}

/** What stands at `at`. `short`: its end is not among these bytes. A text: why it is none. */
export type Unframed =
  | { readonly record: ArchivedRecord; readonly end: number }
  | { readonly short: true }
  | { readonly damage: string }

export function unframeRecord(bytes: Buffer, at: number): Unframed {
  if (bytes.length < at + HEAD_BYTES) return { short: true }
  const length = bytes.readUInt32BE(at)
  if (length < FIXED_BYTES || length > MOST_BYTES) return { damage: `a record of ${length} bytes` }
  const from = at + HEAD_BYTES
  const end = from + length
  if (bytes.length < end) return { short: true }
  if (crc32c(bytes, from, end) !== bytes.readUInt32BE(at + 4)) return { damage: 'a record that its checksum denies' }
  const keyLength = bytes.readUInt32BE(from + 16)
  const headersLength = bytes.readUInt32BE(from + 20)
  if (FIXED_BYTES + keyLength + headersLength > length) return { damage: 'a record whose parts are longer than it' }
  const record = {
    offset: Number(bytes.readBigUInt64BE(from)),
    timestamp: bytes.readDoubleBE(from + 8),
    keyLength,
    headersLength,
    bytes: bytes.subarray(from, end),
    from: FIXED_BYTES,
  }
  return { record, end }
}

/** Its parts, as the log hands them out. Throws a SyntaxError where its headers are no JSON, which no checksum would let pass. */
export function logRecordOfFrame(partition: number, record: ArchivedRecord): LogRecord {
  const { offset, timestamp, keyLength, headersLength, bytes, from } = record
  const headersAt = from + keyLength
  const valueAt = headersAt + headersLength
  return {
    partition,
    offset,
    timestamp,
    key: bytes.subarray(from, headersAt),
    headers: JSON.parse(bytes.toString('utf8', headersAt, valueAt)),
    value: bytes.subarray(valueAt),
  }
}
