import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { createRedisClient, redisReady } from '../../../infra/redis/redis-client.ts'
import { realParts } from '../../support/real-parts.ts'

export interface RedisForTest {
  readonly redis: Redis
  /** Of this test's keys only. */
  readonly keyPrefix: string
  /** Removes this test's keys. */
  clear(): Promise<void>
  close(): Promise<void>
}

const READY_TIMEOUT_MS = 5_000

/** A client of the shared Redis with a key prefix of its own. */
export async function redisForTest(url: string = realParts.redis): Promise<RedisForTest> {
  const redis = createRedisClient(url, { name: 'test', onConnectionError: () => {}, commandTimeoutMs: 5_000 })
  await redisReady(redis, AbortSignal.timeout(READY_TIMEOUT_MS))
  const keyPrefix = `test-${randomUUID()}:`
  const clear = async (): Promise<void> => {
    for await (const keys of redis.scanStream({ match: `${keyPrefix}*`, count: 1_000 })) {
      if (keys.length > 0) await redis.del(...(keys as string[]))
    }
  }
  return {
    redis,
    keyPrefix,
    clear,
    async close() {
      await clear()
      redis.disconnect()
    },
  }
}
