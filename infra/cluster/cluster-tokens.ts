import type { Logger } from 'pino'
import { createBreaker } from '../breaker/create-breaker.ts'
import { createPostgresPool, endPostgresPool, POOL_GRACE_MS, READ_SETTINGS } from '../postgres/postgres-pool.ts'
import { postgresTokenReader } from '../postgres/tokens/postgres-token-store.ts'
import type { TokenReader } from '../tokens/token-store.ts'

/** A token is looked up by its primary key, and a request waits for it. */
const LOOKUP_TIMEOUT_MS = 1_000

/**
 * The API tokens of a cluster, over connections of their own: those of recall may all be busy, and a process listens before the
 * rest of it is up. While Postgres is known to be dead nothing is asked, so that what is cached answers at once.
 */
export function openClusterTokens(dsn: string, logger: Logger): TokenReader & { close(): Promise<void> } {
  const pool = createPostgresPool({
    dsn,
    applicationName: 'somabrain-tokens',
    max: 2,
    settings: READ_SETTINGS,
    statementTimeoutMs: LOOKUP_TIMEOUT_MS,
    connectTimeoutMs: LOOKUP_TIMEOUT_MS,
    onConnectionLost: (error) => logger.warn({ err: error }, 'a connection to Postgres was lost'),
  })
  const reader = postgresTokenReader(pool)
  const breaker = createBreaker('the store of API tokens')
  return {
    find: (hash) => breaker.run(() => reader.find(hash)),
    async close() {
      breaker.close()
      await endPostgresPool(pool, POOL_GRACE_MS)
    },
  }
}
