import type { SQLInputValue } from 'node:sqlite'
import type { MemoryRow } from '../../domain/memory.ts'
import type { OutcomeRow } from '../../domain/outcome.ts'
import { hexBytes, uuidBytes } from '../../infra/long-term/id-bytes.ts'
import { packIntervals } from '../../infra/long-term/packed-intervals.ts'
import { positionNumber } from '../../infra/long-term/position-number.ts'
import { inTransaction } from '../../infra/sqlite/data-dir/in-transaction.ts'
import { openForWriting } from '../../infra/sqlite/data-dir/open-database.ts'
import { STATE_TUNING } from '../../infra/sqlite/long-term/sqlite-long-term-store.ts'

export interface RawBatch {
  readonly memories: readonly SQLInputValue[][]
  readonly outcomes: readonly SQLInputValue[][]
}

/** The column values of the same rows, made before the clock runs. */
export const rawBatch = (memories: readonly MemoryRow[], outcomes: readonly OutcomeRow[]): RawBatch => ({
  memories: memories.map((row) => [
    positionNumber(row.partition, row.offset),
    uuidBytes(row.memoryId),
    1,
    row.changed,
    uuidBytes(row.commandId),
    hexBytes(row.keyId),
    row.kind,
    row.occurredAt,
    row.recordedAt,
    row.knownAt,
    row.importance,
    row.principal,
    null,
    null,
    row.rehearsals,
    packIntervals(row.intervals),
    row.contentHmac,
    row.contentLength,
    row.dataSchema,
    row.sealed,
    null,
    null,
  ]),
  outcomes: outcomes.map((row) => [
    positionNumber(row.partition, row.offset),
    1,
    uuidBytes(row.commandId),
    row.commandType,
    row.memoryId === null ? null : uuidBytes(row.memoryId),
    row.requestHmac,
    row.knownAt,
    row.outcome.status,
    null,
  ]),
})

/** What node:sqlite can do with these rows, tables and indexes: bare inserts, one transaction per batch. Milliseconds. */
export function rawInserts(file: string, batches: readonly RawBatch[]): number {
  const database = openForWriting(file, STATE_TUNING)
  const memory = database.prepare(`insert into memories values (${places(batches[0]?.memories)})`)
  const outcome = database.prepare(`insert into outcomes values (${places(batches[0]?.outcomes)})`)
  const begin = performance.now()
  for (const { memories, outcomes } of batches) {
    inTransaction(database, () => {
      for (const values of memories) memory.run(...values)
      for (const values of outcomes) outcome.run(...values)
    })
  }
  const ms = performance.now() - begin
  database.close()
  return ms
}

const places = (rows: ReadonlyArray<readonly unknown[]> = []): string => (rows[0] ?? []).map(() => '?').join(', ')
