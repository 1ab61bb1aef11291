import type { LogWriter, NewRecord } from '../../commands/ports/log-writer.ts'
import type { LogReader } from '../../projections/ports/log-reader.ts'

/** A log of its own for one test, with at least four partitions. */
export interface OpenLog {
  readonly writer: LogWriter
  readonly reader: LogReader
  close(): Promise<void>
}

export interface LogAdapter {
  readonly name: string
  open(): Promise<OpenLog>
}

export const newRecord = (partition: number, text: string, fields: Partial<NewRecord> = {}): NewRecord => ({
  partition,
  key: Buffer.from(`key of ${partition}`),
  value: Buffer.from(text),
  headers: { ce_type: 'Remember', ce_id: text },
  timestamp: 1_760_000_000_000,
  ...fields,
})

export const NO_LIMIT = { records: 100_000, bytes: Number.MAX_SAFE_INTEGER } as const

/** Values as text, of what a partition holds from `from` on. */
export async function textsFrom(reader: LogReader, partition: number, from: number): Promise<readonly string[]> {
  const records = await reader.read(partition, from, NO_LIMIT)
  return records.map((record) => Buffer.from(record.value).toString())
}
