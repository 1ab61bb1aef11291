import type { PoolClient } from 'pg'
import { WHOLE_TABLE_TIMEOUT_MS } from './row-query.ts'

/**
 * Runs a script without the pool's time limits, which are for statements that somebody waits for. To be used within a
 * transaction, whose end gives the limits back.
 */
export async function patiently(client: PoolClient, text: string): Promise<void> {
  await client.query('set local statement_timeout = 0')
  const query = { text, query_timeout: WHOLE_TABLE_TIMEOUT_MS }
  await client.query(query)
}
