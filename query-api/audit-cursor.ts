import { createHash } from 'node:crypto'
import { AUDITED_TOPICS } from '../domain/audit/audit-topics.ts'
import { lengthPrefixed } from '../domain/length-prefixed.ts'
import { invalidCursor } from './cursor.ts'
import type { AuditPlace } from './ports/audit-reader.ts'

const VERSION = 1
const HEAD_BYTES = 20
const DIGEST_BYTES = 16

/** Opaque text for `cursor`, good only for the same tenant and filters. */
export function encodeAuditCursor(place: AuditPlace, asked: readonly string[]): string {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt8(VERSION, 0)
  head.writeUInt8(AUDITED_TOPICS.indexOf(place.topic), 1)
  head.writeUInt16BE(place.partition, 2)
  head.writeBigInt64BE(BigInt(place.at), 4)
  head.writeBigInt64BE(BigInt(place.offset), 12)
  return Buffer.concat([head, digest(head, asked)]).toString('base64url')
}

/** Throws `invalid_cursor` unless {@link encodeAuditCursor} made `text` for the same tenant and filters. */
export function decodeAuditCursor(text: string, asked: readonly string[]): AuditPlace {
  const bytes = Buffer.from(text, 'base64url')
  const head = bytes.subarray(0, HEAD_BYTES)
  const isOurs = bytes.length === HEAD_BYTES + DIGEST_BYTES && digest(head, asked).equals(bytes.subarray(HEAD_BYTES))
  if (!isOurs || bytes.toString('base64url') !== text || head.readUInt8(0) !== VERSION) {
    throw invalidCursor('It is not a cursor, or was made for other filters.')
  }
  return {
    topic: AUDITED_TOPICS[head.readUInt8(1)]!,
    partition: head.readUInt16BE(2),
    at: Number(head.readBigInt64BE(4)),
    offset: Number(head.readBigInt64BE(12)),
  }
}

const digest = (head: Uint8Array, asked: readonly string[]): Buffer =>
  createHash('sha256')
    .update(lengthPrefixed(head, ...asked))
    .digest()
    .subarray(0, DIGEST_BYTES)
