import type { Rate } from '../../domain/limits/token-bucket.ts'
import type { Breaker } from '../breaker/create-breaker.ts'
import { BoundedMap } from '../crypto/bounded-map.ts'
import type { LimitStore, MemoryTake, RequestTake } from './limit-store.ts'
import { ProcessLimitStore } from './process-limit-store.ts'
import type { RedisLimitStore } from './redis-limit-store.ts'

export interface SharedLimitStoreDeps {
  readonly redis: RedisLimitStore
  readonly breaker: Breaker
  /** Processes that share the limits. */
  readonly processes: () => number
  readonly now: () => number
  /** Told why this process counts for itself. */
  readonly onFault: (fault: unknown) => void
}

/** What was left of a tenant's day when Redis last said, and what was written since without its knowledge. */
interface Known {
  readonly day: number
  remaining: number
  owed: number
}

const MAX_TENANTS = 100_000

/**
 * Counts in Redis; while it does not answer, each process grants its share of what is left. A limit that stopped the writes
 * when its counter is away would be worse than one that is inexact for a while.
 */
export class SharedLimitStore implements LimitStore {
  readonly #deps: SharedLimitStoreDeps
  readonly #own: ProcessLimitStore
  readonly #known = new BoundedMap<string, Known>(MAX_TENANTS)

  constructor(deps: SharedLimitStoreDeps) {
    this.#deps = deps
    this.#own = new ProcessLimitStore(deps.now, async () => 0)
  }

  async takeRequest(tenant: string, rate: Rate): Promise<RequestTake> {
    const { redis, breaker, processes, onFault } = this.#deps
    try {
      return await breaker.run(() => redis.takeRequest(tenant, rate))
    } catch (fault) {
      onFault(fault)
      const share = { perSecond: rate.perSecond / processes(), burst: Math.max(1, rate.burst / processes()) }
      return this.#own.takeRequest(tenant, share)
    }
  }

  async takeMemories(tenant: string, day: number, count: number, perDay: number): Promise<MemoryTake> {
    const { redis, breaker, onFault } = this.#deps
    const known = this.#knownOf(tenant, day, perDay)
    const { owed } = known
    // Told by one call only.
    known.owed = 0
    try {
      const take = await breaker.run(() => redis.takeMemories(tenant, day, count, perDay, owed))
      known.remaining = take.remaining
      return take
    } catch (fault) {
      onFault(fault)
      known.owed += owed
      const share = Math.max(0, Math.floor(known.remaining / this.#deps.processes()) - known.owed)
      const granted = Math.min(count, share)
      known.owed += granted
      return { granted, remaining: share - granted }
    }
  }

  #knownOf(tenant: string, day: number, perDay: number): Known {
    const before = this.#known.get(tenant)
    if (before !== undefined && before.day === day) return before
    const known: Known = { day, remaining: perDay, owed: 0 }
    this.#known.set(tenant, known)
    return known
  }
}
