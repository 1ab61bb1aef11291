import { randomInt } from 'node:crypto'
import type { Pool } from 'pg'
import type { ClusterConfiguration } from '../config/cluster-configuration.ts'
import { ConfigurationError } from '../config/configuration-error.ts'
import { inTransaction } from '../postgres/in-transaction.ts'
import { createPostgresPool, endPostgresPool } from '../postgres/postgres-pool.ts'
import { queryRows } from '../postgres/row-query.ts'

/** Locks that nobody else takes: one in so many would meet another process that starts at the same moment. */
const LOCKS = 2 ** 47
const BEHIND = { name: 'lock_behind', text: 'select pg_try_advisory_xact_lock($1)' }
const YES = 't'

/**
 * Rejects with a {@link ConfigurationError} where the pooler leads to another database than `SOMABRAIN_POSTGRES_DSN`: queries
 * would answer from what no fold of this cluster writes and no erasure of it reaches. A lock tells, for a database's locks are
 * its own: a replica does not have them, and neither does a copy, which is equal in everything else.
 */
export async function requireOneDatabase({
  postgresDsn,
  postgresPoolerDsn,
}: Pick<ClusterConfiguration, 'postgresDsn' | 'postgresPoolerDsn'>): Promise<void> {
  if (postgresPoolerDsn === null) return
  const pool = (dsn: string, pooler: boolean): Pool =>
    createPostgresPool({ dsn, pooler, applicationName: 'somabrain-one-database', max: 1 })
  const pools = [pool(postgresDsn, false), pool(postgresPoolerDsn, true)] as const
  try {
    if (await areOne(...pools)) return
  } finally {
    await Promise.all(pools.map((pool) => endPostgresPool(pool, 0)))
  }
  throw new ConfigurationError(
    'SOMABRAIN_POSTGRES_POOLER_DSN',
    'leads to another database than SOMABRAIN_POSTGRES_DSN',
    'a pooler in front of that very database, not of a copy or a replica',
  )
}

const areOne = (straight: Pool, behind: Pool): Promise<boolean> =>
  inTransaction(straight, async (client) => {
    const lock = randomInt(LOCKS)
    await client.query('select pg_advisory_xact_lock($1)', [lock])
    const [row] = await queryRows(behind, BEHIND, [lock])
    return row![0] !== YES
  })
