import type { Rate } from '../../domain/limits/token-bucket.ts'

export interface RequestTake {
  readonly granted: boolean
  /** Requests that may come at once now. */
  readonly remaining: number
  /** When refused. */
  readonly retryAfterMs: number
}

export interface MemoryTake {
  /** Of those asked for, from the first on. */
  readonly granted: number
  /** Of the day. */
  readonly remaining: number
}

/** Counts what tenants do. Rejects when its store does not answer: nothing is known to be counted then. */
export interface LimitStore {
  takeRequest(tenant: string, rate: Rate): RequestTake | Promise<RequestTake>
  /** `day`: the first instant of the UTC day that it counts for. */
  takeMemories(tenant: string, day: number, count: number, perDay: number): MemoryTake | Promise<MemoryTake>
}

/**
 * Memories of a tenant recorded since an instant, as long-term memory has them; counts to `atMost`. What is accepted and
 * not folded yet is not among them.
 */
export type CountMemoriesSince = (tenant: string, since: number, atMost: number) => Promise<number>
