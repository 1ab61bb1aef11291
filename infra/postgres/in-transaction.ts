import type { Pool, PoolClient } from 'pg'
import { connectSession } from './pooler.ts'

/**
 * Runs `work` between `begin` and `commit` on a connection of its own. When anything fails the connection is dropped,
 * which rolls back on the server too, even when it no longer answers.
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  begin = 'begin',
): Promise<T> {
  const client = await connectSession(pool)
  // Without a listener, losing the connection between two statements would end the process.
  const lost = (): void => {}
  client.on('error', lost)
  try {
    await client.query(begin)
    const result = await work(client)
    await client.query('commit')
    client.removeListener('error', lost)
    client.release()
    return result
  } catch (error) {
    client.release(error as Error)
    throw error
  }
}
