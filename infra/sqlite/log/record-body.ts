import { crc32 } from 'node:zlib'
import type { NewRecord } from '../../../commands/ports/log-writer.ts'
import type { LogRecord } from '../../../projections/ports/log-reader.ts'

/** timestamp (float64), length of the key and of the headers (uint32 each), then key, headers as JSON text, value. */
const FIXED_BYTES = 16

/** What {@link encodeBody} needs, with the headers made ready so that the size is known before anything is copied. */
export interface BodyDraft {
  readonly record: NewRecord
  readonly headers: Buffer
  readonly size: number
}

export function draftBody(record: NewRecord): BodyDraft {
  const headers = Buffer.from(JSON.stringify(record.headers), 'utf8')
  return { record, headers, size: FIXED_BYTES + record.key.length + headers.length + record.value.length }
}

/** Writes a record's body into `target` from `at` on; it takes `draft.size` bytes. */
export function encodeBody(draft: BodyDraft, target: Buffer, at: number): void {
  const { record, headers } = draft
  target.writeDoubleLE(record.timestamp, at)
  target.writeUInt32LE(record.key.length, at + 8)
  target.writeUInt32LE(headers.length, at + 12)
  target.set(record.key, at + FIXED_BYTES)
  target.set(headers, at + FIXED_BYTES + record.key.length)
  target.set(record.value, at + FIXED_BYTES + record.key.length + headers.length)
}

/** Where the parts of a body stand, unverified: a body that was damaged may say anything. */
export interface BodyLayout {
  readonly timestamp: number
  readonly keyLength: number
  readonly headersLength: number
  /** Key, headers and value stand from here up to the end. */
  readonly partsFrom: number
}

/** `null` for what is too short to be a body. */
export function layoutOf(body: Buffer): BodyLayout | null {
  if (body.length < FIXED_BYTES) return null
  return {
    timestamp: body.readDoubleLE(0),
    keyLength: body.readUInt32LE(8),
    headersLength: body.readUInt32LE(12),
    partsFrom: FIXED_BYTES,
  }
}

/** The record that `body` holds. Its CRC must have been verified: lengths are trusted. Key and value share its memory. */
export function decodeBody(partition: number, offset: number, body: Uint8Array): LogRecord {
  const view = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const headersFrom = FIXED_BYTES + view.readUInt32LE(8)
  const valueFrom = headersFrom + view.readUInt32LE(12)
  return {
    partition,
    offset,
    key: view.subarray(FIXED_BYTES, headersFrom),
    value: view.subarray(valueFrom),
    headers: JSON.parse(view.toString('utf8', headersFrom, valueFrom)),
    timestamp: view.readDoubleLE(0),
  }
}

/**
 * CRC-32 of a body, begun with its place: a record that turns up at another offset or partition does not verify.
 * SQLite has no page checksums in its file, so this is what notices a bit that flipped on disk.
 */
export const recordCrc = (partition: number, offset: number, body: Uint8Array): number =>
  crc32(body, (offset * 16 + partition) >>> 0)
