import { type ReadResult, readAvro } from './avro-reader.ts'
import { newestOf, typeOf } from './catalogue.ts'
import { committedNumbers, type SchemaIds } from './command-codec.ts'
import { frame, unframe } from './confluent-frame.ts'

/** A value of `memory.keys`. `firstOffset` is null in the record that first brought the key. */
export type KeyRecord =
  | {
      readonly type: 'DataKey'
      readonly slot: string
      readonly generation: number
      /** `null`: destroyed. */
      readonly wrapped: Uint8Array | null
      readonly firstOffset: number | null
    }
  | {
      readonly type: 'IndexKey'
      readonly tenant: string
      readonly wrapped: Uint8Array
      readonly firstOffset: number | null
    }

export interface KeyCodec {
  /** Confluent framing around Avro. */
  encode(record: KeyRecord): Buffer
  decode(bytes: Uint8Array): ReadResult<KeyRecord>
}

type Wrapped<Name extends string, T> = { [K in Name]: T } | null

interface AvroDataKey {
  slot: string
  generation: number
  wrapped: Wrapped<'bytes', Buffer>
  first_offset: Wrapped<'long', number>
}

interface AvroIndexKey {
  tenant: string
  wrapped: Buffer
  first_offset: Wrapped<'long', number>
}

const long = (value: number | null) => (value === null ? null : { long: value })
const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function toAvro(record: KeyRecord): AvroDataKey | AvroIndexKey {
  const first_offset = long(record.firstOffset)
  if (record.type === 'IndexKey') return { tenant: record.tenant, wrapped: buffer(record.wrapped), first_offset }
  const wrapped = record.wrapped === null ? null : { bytes: buffer(record.wrapped) }
  return { slot: record.slot, generation: record.generation, wrapped, first_offset }
}

function dataKeyOf(value: AvroDataKey): KeyRecord {
  const { slot, generation, wrapped, first_offset } = value
  const firstOffset = first_offset?.long ?? null
  return { type: 'DataKey', slot, generation, wrapped: wrapped?.bytes ?? null, firstOffset }
}

function indexKeyOf(value: AvroIndexKey): KeyRecord {
  const { tenant, wrapped, first_offset } = value
  return { type: 'IndexKey', tenant, wrapped, firstOffset: first_offset?.long ?? null }
}

export function createKeyCodec(ids: SchemaIds = committedNumbers): KeyCodec {
  return {
    encode(record) {
      const entry = newestOf(record.type)
      return frame(ids.idOf(entry.number), typeOf(entry).toBuffer(toAvro(record)))
    },
    decode(bytes) {
      const framed = unframe(bytes)
      if (framed === null) {
        return { ok: false, reason: 'undecodable', detail: 'no Confluent frame (0x00 and a schema id)' }
      }
      const number = ids.numberOf(framed.id)
      if (number === undefined) return { ok: false, reason: 'unknown-schema', number: framed.id }
      const read = readAvro<AvroDataKey & AvroIndexKey>(number, framed.body)
      if (!read.ok) return read
      switch (read.entry.type) {
        case 'DataKey':
          return { ...read, value: dataKeyOf(read.value) }
        case 'IndexKey':
          return { ...read, value: indexKeyOf(read.value) }
        default:
          return { ok: false, reason: 'undecodable', detail: `a ${read.entry.type} is no record of memory.keys` }
      }
    },
  }
}
