import type { Redis } from 'ioredis'
import type { ClusterConfiguration } from '../config/cluster-configuration.ts'
import { createPostgresPool, endPostgresPool } from '../postgres/postgres-pool.ts'
import { redisReady } from '../redis/redis-client.ts'

/** A part does not answer that a setting lets no process start without. Waiting is what the setting rules out. */
export class RequiredPartError extends Error {
  override readonly name = 'RequiredPartError'

  constructor(setting: string, part: string, cause: unknown) {
    super(`${setting} is 1, and ${part} does not answer: ${reasonOf(cause)}`, { cause })
  }
}

const ANSWER_MS = 3_000

/** Rejects with a {@link RequiredPartError} unless the Postgres of long-term memory answers, on each way that there is to it. */
export async function requireLongTermMemory({ postgresDsn, postgresPoolerDsn }: WaysToPostgres): Promise<void> {
  await requirePostgres('long-term memory (Postgres)', postgresDsn)
  if (postgresPoolerDsn !== null)
    await requirePostgres('long-term memory (the pooler of Postgres)', postgresPoolerDsn, true)
}

type WaysToPostgres = Pick<ClusterConfiguration, 'postgresDsn' | 'postgresPoolerDsn'>

async function requirePostgres(part: string, dsn: string, pooler = false): Promise<void> {
  const pool = createPostgresPool({
    ...{ dsn, pooler },
    applicationName: 'somabrain-require-memory',
    max: 1,
    statementTimeoutMs: ANSWER_MS,
  })
  try {
    await pool.query('select 1')
  } catch (cause) {
    throw new RequiredPartError('SOMABRAIN_REQUIRE_MEMORY', part, cause)
  } finally {
    await endPostgresPool(pool, 0)
  }
}

/** Rejects with a {@link RequiredPartError} unless Redis answers: the one part that a start does not ask anything. */
export async function requireRedis(redis: Redis): Promise<void> {
  try {
    await redisReady(redis, AbortSignal.timeout(ANSWER_MS))
  } catch (cause) {
    throw new RequiredPartError('SOMABRAIN_FORCE_FULL_STACK', 'Redis', cause)
  }
}

/** Node gives one error for each address of a host that it tried, under a message that is empty. */
function reasonOf(cause: unknown): string {
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause
  return first instanceof Error ? first.message : String(first)
}
