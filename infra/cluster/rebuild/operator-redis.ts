import type { Redis } from 'ioredis'
import { createRedisClient, redisReady } from '../../redis/redis-client.ts'

/** Dropping a large partition takes longer than any request may. */
const COMMAND_TIMEOUT_MS = 60_000
const READY_TIMEOUT_MS = 5_000

/** Redis does not answer an operator's command. */
export class RedisDownError extends Error {
  override readonly name = 'RedisDownError'
}

/** A connected client for an operator's command; end it with `disconnect()`. Rejects with a {@link RedisDownError}. */
export async function operatorRedis(url: string): Promise<Redis> {
  let problem: Error | null = null
  const redis = createRedisClient(url, {
    name: 'somabrain-cli',
    onConnectionError: (error) => {
      problem = error
    },
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
  })
  try {
    await redisReady(redis, AbortSignal.timeout(READY_TIMEOUT_MS))
    return redis
  } catch (error) {
    redis.disconnect()
    throw new RedisDownError(`Redis does not answer: ${((problem ?? error) as Error).message}`, {
      cause: problem ?? error,
    })
  }
}
