import type { Pool, PoolClient } from 'pg'
import { inTransaction } from '../in-transaction.ts'
import { queryRows, type RawColumn, type Statement, WHOLE_TABLE_TIMEOUT_MS } from '../row-query.ts'

/** Runs reads that all see one snapshot, on a connection of their own. */
export const inSnapshot = <T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> =>
  inTransaction(pool, work, 'begin isolation level repeatable read, read only')

const FETCH_ROWS = 1_000

/** Hands over the rows of a query piece by piece, however many they are, within a transaction without a time limit. */
export async function* fetchRows(client: PoolClient, sql: string): AsyncGenerator<readonly RawColumn[][]> {
  await client.query(`declare pieces no scroll cursor for ${sql}`)
  const fetch: Statement = { name: '', text: `fetch ${FETCH_ROWS} from pieces` }
  for (;;) {
    const rows = await queryRows(client, fetch, [], WHOLE_TABLE_TIMEOUT_MS)
    if (rows.length === 0) break
    yield rows
  }
  await client.query('close pieces')
}
