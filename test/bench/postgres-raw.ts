import type { Pool } from 'pg'
import type { LongTermChanges } from '../../domain/long-term/changes.ts'
import { BinaryArrayWriter } from '../../infra/postgres/binary-array-writer.ts'
import { type Column, columnNames, sqlType, writeColumns } from '../../infra/postgres/long-term/column.ts'
import { MEMORY_COLUMNS } from '../../infra/postgres/long-term/memory-rows.ts'
import { OUTCOME_COLUMNS } from '../../infra/postgres/long-term/outcome-rows.ts'

/** The parameters of one batch, made before the clock runs. */
export type RawBatch = readonly unknown[]

/** Arrays as `store.move` sends them: the fastest form there is. */
export function binaryBatch({ memories, outcomes }: LongTermChanges): RawBatch {
  const writer = new BinaryArrayWriter(1 << 20)
  writeColumns(writer, MEMORY_COLUMNS, memories)
  writeColumns(writer, OUTCOME_COLUMNS, outcomes)
  return writer.finish()
}

/** Arrays as `pg` makes them of JavaScript's, at the time of the call: text, bytes in hex. */
export const textBatch = ({ memories, outcomes }: LongTermChanges): RawBatch => [
  ...plainArrays(MEMORY_COLUMNS, memories),
  ...plainArrays(OUTCOME_COLUMNS, outcomes),
]

const plainArrays = <Row>(columns: ReadonlyArray<Column<Row>>, rows: readonly Row[]): unknown[] =>
  columns.map(({ of, type }) =>
    rows.map((row) => {
      const value = of(row)
      if (type === 'hex' && typeof value === 'string') return Buffer.from(value, 'hex')
      return value instanceof Uint8Array ? Buffer.from(value) : value
    }),
  )

/** Bare inserts of the rows from `unnest`, one statement a batch, into the same tables and indexes. Milliseconds. */
export async function rawInserts(pool: Pool, schema: string, batches: readonly RawBatch[]): Promise<number> {
  const text = `with memories as (${insert(`"${schema}".memories`, MEMORY_COLUMNS, 1)})
    ${insert(`"${schema}".outcomes`, OUTCOME_COLUMNS, MEMORY_COLUMNS.length + 1)}`
  const begin = performance.now()
  for (const values of batches) await pool.query({ name: `${schema}:raw`, text, values: [...values] })
  return performance.now() - begin
}

const insert = <Row>(table: string, columns: ReadonlyArray<Column<Row>>, first: number): string =>
  `insert into ${table} (${columnNames(columns)}) select * from unnest(${columns
    .map((column, i) => `$${first + i}::${sqlType(column)}[]`)
    .join(', ')})`
