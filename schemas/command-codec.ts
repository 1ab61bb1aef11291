import type { Command } from '../domain/command.ts'
import { type ReadResult, readAvro } from './avro-reader.ts'
import { newestOf, typeOf } from './catalogue.ts'
import { commandFromAvro, commandToAvro } from './command-avro.ts'

/** Maps committed schema numbers to the ids of a registry. Embedded, the files in `schemas/` are the registry. */
export interface SchemaIds {
  idOf(number: number): number
  numberOf(id: number): number | undefined
}

export const committedNumbers: SchemaIds = { idOf: (number) => number, numberOf: (id) => id }

export type DecodedCommand = ReadResult<Command>

export interface CommandCodec {
  /** Confluent framing: 0x00, the schema's id (int32, big endian), Avro. */
  encode(command: Command): Buffer
  decode(bytes: Uint8Array): DecodedCommand
}

const MAGIC = 0
const HEADER = 5

export function createCommandCodec(ids: SchemaIds = committedNumbers): CommandCodec {
  return {
    encode(command) {
      const entry = newestOf(command.type)
      const body = typeOf(entry).toBuffer(commandToAvro(command))
      const framed = Buffer.allocUnsafe(HEADER + body.length)
      framed.writeUInt8(MAGIC, 0)
      framed.writeInt32BE(ids.idOf(entry.number), 1)
      body.copy(framed, HEADER)
      return framed
    },
    decode(bytes) {
      if (bytes.length < HEADER || bytes[0] !== MAGIC) {
        return { ok: false, reason: 'undecodable', detail: 'no Confluent frame (0x00 and a schema id)' }
      }
      const id = Buffer.from(bytes.buffer, bytes.byteOffset, HEADER).readInt32BE(1)
      const number = ids.numberOf(id)
      if (number === undefined) return { ok: false, reason: 'unknown-schema', number: id }
      const read = readAvro<Parameters<typeof commandFromAvro>[1]>(number, bytes.subarray(HEADER))
      return read.ok ? { ...read, value: commandFromAvro(read.entry.type, read.value) } : read
    },
  }
}
