import { hash } from 'node:crypto'
import { lengthPrefixed } from '../length-prefixed.ts'
import type { ChainName } from './audit-topics.ts'

/** A record as any log holds it: what the chain is made over. */
export interface ChainedRecord {
  readonly offset: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

/** A record whose bytes lie one behind the other already: it is hashed as it lies, and never taken apart for it. */
export interface PackedRecord {
  readonly offset: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly keyLength: number
  readonly headersLength: number
  /** Holds key, headers as JSON, and value, from `from` up to its end. */
  readonly bytes: Buffer
  readonly from: number
}

export const CHAIN_BYTES = 32

/** The value before a chain's first record: no two chains begin alike, so no record counts in another one. */
export const chainStart = ({ topic, partition }: ChainName): Buffer =>
  hash('sha256', lengthPrefixed('somabrain/audit-chain/1', topic, String(partition)), 'buffer')

/** previous ‖ offset ‖ timestamp (float64) ‖ length of key, of headers (uint32 each), then key, headers as JSON, value. */
const FIXED_BYTES = CHAIN_BYTES + 8 + 8 + 4 + 4

/**
 * The value after a record: SHA-256 over the one before it, its place, and all its bytes. Topic and partition are in
 * {@link chainStart}. One buffer and one one-shot hash: streaming the parts into a hash costs three times as much.
 */
export function chainNext(previous: Uint8Array, record: ChainedRecord): Buffer {
  const { key, value } = record
  const headers = JSON.stringify(record.headers)
  const headersLength = Buffer.byteLength(headers)
  const bytes = begin(previous, record, key.length, headersLength, key.length + headersLength + value.length)
  bytes.set(key, FIXED_BYTES)
  bytes.write(headers, FIXED_BYTES + key.length)
  bytes.set(value, FIXED_BYTES + key.length + headersLength)
  return digest(bytes)
}

/** {@link chainNext} of a record that is packed. */
export function chainNextPacked(previous: Uint8Array, record: PackedRecord): Buffer {
  const { keyLength, headersLength, bytes: packed, from } = record
  const bytes = begin(previous, record, keyLength, headersLength, packed.length - from)
  packed.copy(bytes, FIXED_BYTES, from)
  return digest(bytes)
}

/** By way of a string, which costs half of what a buffer of its own does. */
const digest = (bytes: Uint8Array): Buffer => Buffer.from(hash('sha256', bytes, 'binary'), 'binary')

/** What is hashed, up to the record's own bytes, with room for those. */
function begin(
  previous: Uint8Array,
  { offset, timestamp }: Pick<ChainedRecord, 'offset' | 'timestamp'>,
  keyLength: number,
  headersLength: number,
  recordBytes: number,
): Buffer {
  const bytes = Buffer.allocUnsafe(FIXED_BYTES + recordBytes)
  bytes.set(previous, 0)
  // Offsets stay below 2^53: high and low word, because a BigInt for each record costs more than writing it.
  bytes.writeUInt32BE(Math.floor(offset / 2 ** 32), CHAIN_BYTES)
  bytes.writeUInt32BE(offset >>> 0, CHAIN_BYTES + 4)
  bytes.writeDoubleBE(timestamp, CHAIN_BYTES + 8)
  bytes.writeUInt32BE(keyLength, CHAIN_BYTES + 16)
  bytes.writeUInt32BE(headersLength, CHAIN_BYTES + 20)
  return bytes
}
