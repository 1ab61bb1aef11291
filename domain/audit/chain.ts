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
  const headerBytes = Buffer.byteLength(headers)
  const bytes = Buffer.allocUnsafe(FIXED_BYTES + key.length + headerBytes + value.length)
  bytes.set(previous, 0)
  // Offsets stay below 2^53: high and low word, because a BigInt for each record costs more than writing it.
  bytes.writeUInt32BE(Math.floor(record.offset / 2 ** 32), CHAIN_BYTES)
  bytes.writeUInt32BE(record.offset >>> 0, CHAIN_BYTES + 4)
  bytes.writeDoubleBE(record.timestamp, CHAIN_BYTES + 8)
  bytes.writeUInt32BE(key.length, CHAIN_BYTES + 16)
  bytes.writeUInt32BE(headerBytes, CHAIN_BYTES + 20)
  bytes.set(key, FIXED_BYTES)
  bytes.write(headers, FIXED_BYTES + key.length)
  bytes.set(value, FIXED_BYTES + key.length + headerBytes)
  return hash('sha256', bytes, 'buffer')
}
