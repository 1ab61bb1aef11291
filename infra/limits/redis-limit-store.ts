import { readFileSync } from 'node:fs'
import type { Redis, Result } from 'ioredis'
import type { Rate } from '../../domain/limits/token-bucket.ts'
import type { CountMemoriesSince, LimitStore, MemoryTake, RequestTake } from './limit-store.ts'

declare module 'ioredis' {
  interface RedisCommander<Context> {
    takeRequest(bucket: string, perSecond: number, burst: number): Result<[number, number, number], Context>
    takeMemories(
      day: string,
      since: string,
      count: number,
      perDay: number,
      dayBegins: number,
      now: number,
      owed: number,
    ): Result<[number, number], Context>
  }
}

const script = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')
const TAKE_REQUEST = script('take-request.lua')
const TAKE_MEMORIES = script('take-memories.lua')
const TWO_DAYS_MS = 172_800_000
const UNKNOWN = -1

export interface RedisLimitStoreOptions {
  /** Before every key. */
  readonly prefix: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly countSince: CountMemoriesSince
}

/** Counts for all processes together. Counters that were lost (FLUSHDB) are counted again from long-term memory. */
export class RedisLimitStore implements LimitStore {
  readonly #redis: Redis
  readonly #options: RedisLimitStoreOptions
  /** Counts that are under way, by key: all who ask meanwhile share one. */
  readonly #counting = new Map<string, Promise<void>>()

  constructor(redis: Redis, options: RedisLimitStoreOptions) {
    this.#redis = redis
    this.#options = options
    redis.defineCommand('takeRequest', { numberOfKeys: 1, lua: TAKE_REQUEST })
    redis.defineCommand('takeMemories', { numberOfKeys: 2, lua: TAKE_MEMORIES })
  }

  async takeRequest(tenant: string, { perSecond, burst }: Rate): Promise<RequestTake> {
    const [granted, remaining, retryAfterMs] = await this.#redis.takeRequest(
      this.#key(`requests:${tenant}`),
      perSecond,
      burst,
    )
    return { granted: granted === 1, remaining, retryAfterMs }
  }

  /** `owed`: written while Redis did not answer, and not counted yet. */
  async takeMemories(tenant: string, day: number, count: number, perDay: number, owed = 0): Promise<MemoryTake> {
    const key = this.#key(`memories:${day}:${tenant}`)
    const take = (more: number) =>
      this.#redis.takeMemories(key, this.#key('since'), count, perDay, day, this.#options.now(), more)
    let [granted, remaining] = await take(owed)
    if (granted === UNKNOWN) {
      await this.#count(key, tenant, day, perDay)
      // What long-term memory counts holds what is owed.
      ;[granted, remaining] = await take(0)
    }
    if (granted === UNKNOWN) throw new Error('the counters of the limits were lost while they were counted')
    return { granted, remaining }
  }

  async #count(key: string, tenant: string, day: number, perDay: number): Promise<void> {
    const known = this.#counting.get(key)
    if (known !== undefined) return known
    const counting = this.#options
      .countSince(tenant, day, perDay)
      // Another process may have counted, and been counted on, meanwhile: the first one stands.
      .then((count) => this.#redis.set(key, count, 'PX', TWO_DAYS_MS, 'NX'))
      .then(() => undefined)
      .finally(() => this.#counting.delete(key))
    this.#counting.set(key, counting)
    return counting
  }

  /** One hash tag: the keys of a script lie in one Redis. */
  #key(rest: string): string {
    return `${this.#options.prefix}{limits}:${rest}`
  }
}
