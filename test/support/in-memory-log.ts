import type { Command } from '../../domain/command.ts'
import type { Scope } from '../../domain/names.ts'
import { partitionKey } from '../../domain/partition.ts'
import type { LogReader, LogRecord, ReadLimit } from '../../projections/ports/log-reader.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'

/** A log of one partition, for tests of what reads logs. Offsets may be given gaps, as Kafka's have. */
export class InMemoryLog implements LogReader {
  readonly records: LogRecord[] = []

  append(scope: Scope, command: Command): LogRecord {
    return this.appendBytes(partitionKey(scope), createCommandCodec().encode(command))
  }

  appendBytes(key: Uint8Array, value: Uint8Array, gap = 0): LogRecord {
    const offset = (this.records.at(-1)?.offset ?? -1) + 1 + gap
    const record = { partition: 0, offset, key, value, headers: {}, timestamp: 0 }
    this.records.push(record)
    return record
  }

  async read(_partition: number, from: number, limit: ReadLimit): Promise<readonly LogRecord[]> {
    return this.records.filter((record) => record.offset >= from).slice(0, limit.records)
  }

  async end(): Promise<number> {
    return (this.records.at(-1)?.offset ?? -1) + 1
  }
}
