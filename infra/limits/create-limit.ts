import { refillMs } from '../../domain/limits/token-bucket.ts'
import { DAY_MS, startOfUtcDay } from '../../domain/limits/utc-day.ts'
import type { Limit, LimitDecision } from '../http/limit.ts'
import { type LimitSettings, limitOf } from './limit-settings.ts'
import type { LimitStore } from './limit-store.ts'

const UNLIMITED = { quotas: [], retryAfterSeconds: 0 } as const

/** The limits of tenants at the edge. `now`: milliseconds since 1970. */
export function createLimit(settings: LimitSettings, store: LimitStore, now: () => number): Limit {
  const takeRequest = async (tenant: string): Promise<LimitDecision> => {
    const { requests: rate } = limitOf(settings, tenant)
    if (rate === null) return { granted: 1, ...UNLIMITED }
    const take = await store.takeRequest(tenant, rate)
    const quota = {
      name: 'requests',
      limit: rate.burst,
      windowSeconds: rate.burst / rate.perSecond,
      remaining: take.remaining,
      resetSeconds: refillMs(take.remaining, rate) / 1000,
    } as const
    return { granted: take.granted ? 1 : 0, quotas: [quota], retryAfterSeconds: take.retryAfterMs / 1000 }
  }
  const takeMemories = async (tenant: string, count: number): Promise<LimitDecision> => {
    const { memoriesPerDay: perDay } = limitOf(settings, tenant)
    if (perDay === null) return { granted: count, ...UNLIMITED }
    const at = now()
    const day = startOfUtcDay(at)
    const { granted, remaining } = await store.takeMemories(tenant, day, count, perDay)
    const resetSeconds = (day + DAY_MS - at) / 1000
    const quota = { name: 'memories', limit: perDay, windowSeconds: DAY_MS / 1000, remaining, resetSeconds } as const
    return { granted, quotas: [quota], retryAfterSeconds: resetSeconds }
  }
  return ({ tenant }, cost) => (cost.of === 'requests' ? takeRequest(tenant) : takeMemories(tenant, cost.count))
}
