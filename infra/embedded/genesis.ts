import { randomUUID } from 'node:crypto'
import { cloudEventHeaders } from '../../commands/cloud-event.ts'
import type { NewRecord } from '../../commands/ports/log-writer.ts'
import { newestOf } from '../../schemas/catalogue.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'

/** The record that opens a generation at the start of a partition. It is about no namespace: its key is empty. */
export function genesisRecord(partition: number, generation: string, recordedAt: number): NewRecord {
  const command = { type: 'Genesis', commandId: randomUUID(), recordedAt, generation } as const
  return {
    partition,
    key: new Uint8Array(),
    value: createCommandCodec().encode(command),
    headers: cloudEventHeaders(command, newestOf('Genesis').number, null),
    timestamp: recordedAt,
  }
}
