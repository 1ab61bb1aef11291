import type { Pool } from 'pg'
import type { Column } from '../../infra/postgres/long-term/column.ts'
import { copyBytes } from '../../infra/postgres/long-term/copy-rows.ts'

/** Copies rows, made before the clock runs, into a table. Milliseconds. */
export async function rawCopy<Row>(
  pool: Pool,
  table: string,
  columns: ReadonlyArray<Column<Row>>,
  data: readonly Buffer[],
): Promise<number> {
  const client = await pool.connect()
  try {
    const begin = performance.now()
    await copyBytes(client, table, columns, data)
    return performance.now() - begin
  } finally {
    client.release()
  }
}
