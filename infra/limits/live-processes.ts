import type { Redis } from 'ioredis'

const BEAT_MS = 2_000
/** A process that was not heard of for so long is gone. */
const GONE_MS = 10_000

/** How many processes share the limits, as Redis said when it last answered; 1 until then. */
export class LiveProcesses {
  readonly #redis: Redis
  readonly #key: string
  readonly #id = crypto.randomUUID()
  readonly #now: () => number
  readonly #timer: NodeJS.Timeout
  #count = 1

  constructor(redis: Redis, { prefix, now }: { readonly prefix: string; readonly now: () => number }) {
    this.#redis = redis
    this.#key = `${prefix}{limits}:processes`
    this.#now = now
    this.#timer = setInterval(() => void this.beat(), BEAT_MS)
    this.#timer.unref()
  }

  get count(): number {
    return this.#count
  }

  /** Says that this process lives, and counts those that do. A Redis that does not answer leaves the count as it was. */
  async beat(): Promise<void> {
    const now = this.#now()
    const results = await this.#redis
      .multi()
      .zadd(this.#key, now, this.#id)
      .zremrangebyscore(this.#key, '-inf', now - GONE_MS)
      .zcard(this.#key)
      .pexpire(this.#key, GONE_MS)
      .exec()
      .catch(() => null)
    const count = results?.[2]?.[1]
    if (typeof count === 'number') this.#count = Math.max(1, count)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#redis.zrem(this.#key, this.#id).catch(() => 0)
  }
}
