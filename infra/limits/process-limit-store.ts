import { type Bucket, type Rate, takeToken } from '../../domain/limits/token-bucket.ts'
import { BoundedMap } from '../crypto/bounded-map.ts'
import type { CountMemoriesSince, LimitStore, MemoryTake, RequestTake } from './limit-store.ts'

/** Tenants beyond it begin anew: one that was not heard of for that long has a full bucket anyway. */
const MAX_TENANTS = 100_000

interface Day {
  readonly day: number
  readonly used: Promise<{ count: number }>
}

/**
 * Counts in this process, for one that runs alone. What was written today before it started it reads from long-term memory,
 * once for each tenant.
 */
export class ProcessLimitStore implements LimitStore {
  readonly #now: () => number
  readonly #countSince: CountMemoriesSince
  readonly #buckets = new BoundedMap<string, Bucket>(MAX_TENANTS)
  readonly #days = new BoundedMap<string, Day>(MAX_TENANTS)

  /** `now`: milliseconds since 1970. */
  constructor(now: () => number, countSince: CountMemoriesSince) {
    this.#now = now
    this.#countSince = countSince
  }

  takeRequest(tenant: string, rate: Rate): RequestTake {
    const { granted, bucket, retryAfterMs } = takeToken(this.#buckets.get(tenant) ?? null, this.#now(), rate)
    this.#buckets.set(tenant, bucket)
    return { granted, remaining: Math.floor(bucket.tokens), retryAfterMs }
  }

  async takeMemories(tenant: string, day: number, count: number, perDay: number): Promise<MemoryTake> {
    const used = await this.#used(tenant, day, perDay)
    const granted = Math.min(count, Math.max(0, perDay - used.count))
    used.count += granted
    return { granted, remaining: Math.max(0, perDay - used.count) }
  }

  #used(tenant: string, day: number, perDay: number): Promise<{ count: number }> {
    const known = this.#days.get(tenant)
    if (known !== undefined && known.day === day) return known.used
    const used = this.#countSince(tenant, day, perDay).then((count) => ({ count }))
    this.#days.set(tenant, { day, used })
    used.catch(() => this.#days.delete(tenant))
    return used
  }
}
