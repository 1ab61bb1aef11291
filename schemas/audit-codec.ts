import type { SignedAnchor } from '../domain/audit/anchor.ts'
import type { AuditOperation } from '../domain/audit/audit-operation.ts'
import { AUDITED_TOPICS, type AuditedTopic } from '../domain/audit/audit-topics.ts'
import type { RefusedItems } from '../domain/audit/refused-items.ts'
import { asBuffer } from './as-buffer.ts'
import { avroProjection } from './avro-projection.ts'
import { type ReadResult, readAvro } from './avro-reader.ts'
import { newestOf, typeOf } from './catalogue.ts'
import { committedNumbers, type SchemaIds } from './command-codec.ts'
import { frame, unframe } from './confluent-frame.ts'
import { uuidFromBytes, uuidToBytes } from './uuid.ts'

/** Values of `audit.operations` and `audit.events`: Confluent framing around Avro. */
export interface AuditCodec {
  encodeOperation(operation: AuditOperation): Buffer
  decodeOperation(bytes: Uint8Array): ReadResult<AuditOperation>
  /** As {@link decodeOperation}, in a third of the time. */
  decodeOperationHead(bytes: Uint8Array): ReadResult<OperationHead>
  encodeAnchor(anchor: SignedAnchor): Buffer
  decodeAnchor(bytes: Uint8Array): ReadResult<SignedAnchor>
}

/** What the columns of the audit table have of an operation. */
export type OperationHead = Pick<AuditOperation, (typeof HEAD)[number]>

const HEAD = ['id', 'at', 'tenant', 'principal', 'action', 'namespace'] as const

type Wrapped<Name extends string, T> = { [K in Name]: T } | null

interface AvroOperation {
  id: Buffer
  at: number
  tenant: Wrapped<'string', string>
  principal: Wrapped<'string', string>
  credential: Wrapped<'string', string>
  action: string
  method: string
  route: string
  namespace: Wrapped<'string', string>
  status: number
  code: Wrapped<'string', string>
  results: Wrapped<'long', number>
  times: number
  subject: Wrapped<'bytes', Buffer>
  request_id: string
  traceparent: Wrapped<'string', string>
  refused: Wrapped<'somabrain.audit.RefusedItems', RefusedItems>
}

interface AvroAnchor {
  kind: string
  topic: string
  partition: number
  offset: number
  chain: Buffer
  entries: number
  signed_at: number
  key_id: string
  signature: Buffer
}

const readHead = avroProjection<Pick<AvroOperation, (typeof HEAD)[number]>>('AuditOperation', HEAD)

export function createAuditCodec(ids: SchemaIds = committedNumbers): AuditCodec {
  const encode = (type: string, value: AvroOperation | AvroAnchor): Buffer => {
    const entry = newestOf(type)
    return frame(ids.idOf(entry.number), typeOf(entry).toBuffer(value))
  }
  return {
    encodeOperation: (operation) => encode('AuditOperation', operationToAvro(operation)),
    decodeOperation: (bytes) => decode(ids, bytes, 'AuditOperation', operationFromAvro),
    decodeOperationHead: (bytes) => decodeHead(ids, bytes),
    encodeAnchor: (anchor) => encode('AuditAnchor', anchorToAvro(anchor)),
    decodeAnchor: (bytes) => {
      const read = decode<AvroAnchor, SignedAnchor | null>(ids, bytes, 'AuditAnchor', anchorFromAvro)
      if (!read.ok) return read
      const { value } = read
      return value === null ? undecodable('an anchor of no chain that there is') : { ...read, value }
    },
  }
}

function decode<Avro, T>(ids: SchemaIds, bytes: Uint8Array, type: string, convert: (value: Avro) => T): ReadResult<T> {
  const framed = unframe(bytes)
  if (framed === null) return undecodable(NO_FRAME)
  const number = ids.numberOf(framed.id)
  if (number === undefined) return { ok: false, reason: 'unknown-schema', number: framed.id }
  const read = readAvro<Avro>(number, framed.body)
  if (!read.ok) return read
  if (read.entry.type !== type) return undecodable(`schema ${number} (${read.entry.type}) is no ${type}`)
  return { ...read, value: convert(read.value) }
}

function decodeHead(ids: SchemaIds, bytes: Uint8Array): ReadResult<OperationHead> {
  const framed = unframe(bytes)
  if (framed === null) return undecodable(NO_FRAME)
  const number = ids.numberOf(framed.id)
  if (number === undefined) return { ok: false, reason: 'unknown-schema', number: framed.id }
  const read = readHead(number, asBuffer(framed.body))
  return read.ok ? { ...read, value: headFromAvro(read.value) } : read
}

const NO_FRAME = 'no Confluent frame (0x00 and a schema id)'

const undecodable = (
  detail: string,
): { readonly ok: false; readonly reason: 'undecodable'; readonly detail: string } => ({
  ok: false,
  reason: 'undecodable',
  detail,
})

const text = (value: string | null) => (value === null ? null : { string: value })
const long = (value: number | null) => (value === null ? null : { long: value })

const operationToAvro = (operation: AuditOperation): AvroOperation => ({
  id: uuidToBytes(operation.id),
  at: operation.at,
  tenant: text(operation.tenant),
  principal: text(operation.principal),
  credential: text(operation.credential),
  action: operation.action,
  method: operation.method,
  route: operation.route,
  namespace: text(operation.namespace),
  status: operation.status,
  code: text(operation.code),
  results: long(operation.results),
  times: operation.times,
  subject: operation.subject === null ? null : { bytes: asBuffer(operation.subject) },
  request_id: operation.requestId,
  traceparent: text(operation.traceparent),
  refused: operation.refused === null ? null : { 'somabrain.audit.RefusedItems': operation.refused },
})

const headFromAvro = (value: Pick<AvroOperation, (typeof HEAD)[number]>): OperationHead => ({
  id: uuidFromBytes(value.id),
  at: value.at,
  tenant: value.tenant?.string ?? null,
  principal: value.principal?.string ?? null,
  action: value.action,
  namespace: value.namespace?.string ?? null,
})

const operationFromAvro = (value: AvroOperation): AuditOperation => ({
  id: uuidFromBytes(value.id),
  at: value.at,
  tenant: value.tenant?.string ?? null,
  principal: value.principal?.string ?? null,
  credential: value.credential?.string ?? null,
  action: value.action,
  method: value.method,
  route: value.route,
  namespace: value.namespace?.string ?? null,
  status: value.status,
  code: value.code?.string ?? null,
  results: value.results?.long ?? null,
  times: value.times,
  subject: value.subject?.bytes ?? null,
  requestId: value.request_id,
  traceparent: value.traceparent?.string ?? null,
  refused: refusedFromAvro(value.refused?.['somabrain.audit.RefusedItems'] ?? null),
})

/** As plain objects: what avsc makes are instances of classes of its own. */
const refusedFromAvro = (refused: RefusedItems | null): RefusedItems | null =>
  refused && { total: refused.total, ranges: refused.ranges.map(({ first, last, code }) => ({ first, last, code })) }

const anchorToAvro = (anchor: SignedAnchor): AvroAnchor => ({
  kind: anchor.kind,
  topic: anchor.topic,
  partition: anchor.partition,
  offset: anchor.offset,
  chain: asBuffer(anchor.chain),
  entries: anchor.entries,
  signed_at: anchor.signedAt,
  key_id: anchor.keyId,
  signature: asBuffer(anchor.signature),
})

function anchorFromAvro(value: AvroAnchor): SignedAnchor | null {
  const topic = AUDITED_TOPICS.find((name): name is AuditedTopic => name === value.topic)
  if (topic === undefined || (value.kind !== 'anchor' && value.kind !== 'trim')) return null
  const { kind, partition, offset, chain, entries, signature } = value
  return { kind, topic, partition, offset, chain, entries, signedAt: value.signed_at, keyId: value.key_id, signature }
}
