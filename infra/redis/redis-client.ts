import { readFileSync } from 'node:fs'
import { Redis, type Result } from 'ioredis'

declare module 'ioredis' {
  interface RedisCommander<Context> {
    /** `move-working-memory.lua`: the number of keys, the keys, the arguments. */
    moveWorkingMemory(keys: number, ...keysAndArguments: (string | Buffer)[]): Result<string | null, Context>
  }
}

export interface RedisClientOptions {
  /** Shown by CLIENT LIST. */
  readonly name: string
  /** Told of every failed connection and every lost one. */
  readonly onConnectionError: (error: Error) => void
  /** A command that has no answer by then is rejected. */
  readonly commandTimeoutMs?: number
  readonly connectTimeoutMs?: number
  /** Pause before the connection is tried again: grows to this. */
  readonly maxReconnectDelayMs?: number
}

const DEFAULTS = { commandTimeoutMs: 1_000, connectTimeoutMs: 2_000, maxReconnectDelayMs: 1_000 }
const FIRST_RECONNECT_DELAY_MS = 50

const MOVE_WORKING_MEMORY = readFileSync(new URL('move-working-memory.lua', import.meta.url), 'utf8')

/**
 * A client that answers in bounded time or rejects: it queues nothing while there is no connection, re-sends nothing (a
 * command whose answer was lost may have had its effect), and gives up a connection that stays silent. It reconnects for
 * as long as it lives. `url` is `redis://` or, with TLS, `rediss://`.
 */
export function createRedisClient(url: string, options: RedisClientOptions): Redis {
  const { name, onConnectionError, commandTimeoutMs, connectTimeoutMs, maxReconnectDelayMs } = {
    ...DEFAULTS,
    ...options,
  }
  const client = new Redis(url, {
    connectionName: name,
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    // A half-open connection answers no command: without this each would time out until TCP gives up, minutes later.
    socketTimeout: commandTimeoutMs + 100,
    retryStrategy: (times) => Math.min(FIRST_RECONNECT_DELAY_MS * 2 ** Math.min(times - 1, 16), maxReconnectDelayMs),
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // 0: what is under way when the connection is lost is rejected at once. With `autoResendUnfulfilledCommands` off and
    // more than 0, a reconnection in time drops it without an answer.
    maxRetriesPerRequest: 0,
    scripts: { moveWorkingMemory: { lua: MOVE_WORKING_MEMORY } },
  })
  client.on('error', onConnectionError)
  return client
}

/** Resolves with the first connection; rejects when there is none by then. The client goes on trying all the same. */
export async function redisReady(client: Redis, signal: AbortSignal): Promise<void> {
  if (client.status === 'ready') return
  await new Promise<void>((resolve, reject) => {
    const done = (): void => {
      client.off('ready', done)
      signal.removeEventListener('abort', done)
      if (client.status === 'ready') resolve()
      else reject(signal.reason ?? new Error('Redis does not answer'))
    }
    client.once('ready', done)
    signal.addEventListener('abort', done)
  })
}
