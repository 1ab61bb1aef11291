import type { Pool } from 'pg'
import { connectSession } from './pooler.ts'

/**
 * Runs `work` while no other process of the database runs it under the same number; resolves to whether it ran. The lock
 * is the session's: it goes with the connection, however that ends.
 */
export async function alone(pool: Pool, lock: number, work: () => Promise<void>): Promise<boolean> {
  const client = await connectSession(pool)
  let failure: Error | undefined
  try {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [lock])
    if (rows[0]?.got !== true) return false
    try {
      await work()
    } finally {
      await client.query('select pg_advisory_unlock($1)', [lock])
    }
    return true
  } catch (error) {
    failure = error as Error
    throw error
  } finally {
    // A connection that may still hold the lock is closed, and the lock with it.
    client.release(failure)
  }
}
