import type { Command } from '../domain/command.ts'
import { type ReadResult, readAvro } from './avro-reader.ts'
import { entryOf, newestOf, typeOf } from './catalogue.ts'
import { commandFromAvro, commandToAvro, isCommandType } from './command-avro.ts'
import { frame, unframe } from './confluent-frame.ts'

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

export function createCommandCodec(ids: SchemaIds = committedNumbers): CommandCodec {
  return {
    encode(command) {
      const entry = newestOf(command.type)
      const body = typeOf(entry).toBuffer(commandToAvro(command))
      return frame(ids.idOf(entry.number), body)
    },
    decode(bytes) {
      const framed = unframe(bytes)
      if (framed === null) return undecodable('no Confluent frame (0x00 and a schema id)')
      const number = ids.numberOf(framed.id)
      if (number === undefined) return { ok: false, reason: 'unknown-schema', number: framed.id }
      const entry = entryOf(number)
      if (entry !== undefined && !isCommandType(entry.type)) {
        return undecodable(`schema ${number} (${entry.type}) is not one of a command`)
      }
      const read = readAvro<Parameters<typeof commandFromAvro>[1]>(number, framed.body)
      return read.ok ? { ...read, value: commandFromAvro(read.entry.type, read.value) } : read
    },
  }
}

const undecodable = (detail: string): DecodedCommand => ({ ok: false, reason: 'undecodable', detail })
