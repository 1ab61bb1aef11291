import { AUDITED_TOPICS } from '../domain/audit/audit-topics.ts'
import { cursorText, headOfCursor, invalidCursor } from './cursor-text.ts'
import type { AuditPlace } from './ports/audit-reader.ts'

const VERSION = 1
const HEAD_BYTES = 20

/** Opaque text for `cursor`, good only for the same tenant and filters. */
export function encodeAuditCursor(place: AuditPlace, asked: readonly string[]): string {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt8(VERSION, 0)
  head.writeUInt8(AUDITED_TOPICS.indexOf(place.topic), 1)
  head.writeUInt16BE(place.partition, 2)
  head.writeBigInt64BE(BigInt(place.at), 4)
  head.writeBigInt64BE(BigInt(place.offset), 12)
  return cursorText(head, asked)
}

/** Throws `invalid_cursor` unless {@link encodeAuditCursor} made `text` for the same tenant and filters. */
export function decodeAuditCursor(text: string, asked: readonly string[]): AuditPlace {
  const head = headOfCursor(text, asked)
  if (head?.length !== HEAD_BYTES || head.readUInt8(0) !== VERSION) {
    throw invalidCursor('It is not a cursor, or was made for other filters.')
  }
  return {
    topic: AUDITED_TOPICS[head.readUInt8(1)]!,
    partition: head.readUInt16BE(2),
    at: Number(head.readBigInt64BE(4)),
    offset: Number(head.readBigInt64BE(12)),
  }
}
