import { randomUUID } from 'node:crypto'
import { newestOf } from '../schemas/catalogue.ts'
import type { CommandCodec } from '../schemas/command-codec.ts'
import { cloudEventHeaders } from './cloud-event.ts'
import type { NewRecord } from './ports/log-writer.ts'

/** The record that opens a generation at the start of a partition. It is about no namespace: its key is empty. */
export function genesisRecord(
  codec: CommandCodec,
  partition: number,
  generation: string,
  recordedAt: number,
): NewRecord {
  const command = { type: 'Genesis', commandId: randomUUID(), recordedAt, generation } as const
  return {
    partition,
    key: new Uint8Array(),
    value: codec.encode(command),
    headers: cloudEventHeaders(command, newestOf('Genesis').number, null),
    timestamp: recordedAt,
  }
}
