import type { StandingFold } from './followed-folds.ts'
import { PartFaultError } from './part-fault.ts'

/**
 * How long a fold may be behind the log and not move, in milliseconds: above what a session, a rebalance and the patience of
 * sockets take together, so that neither a start nor a peer that takes over counts.
 */
export const STANDSTILL_MS = 60_000

/** Throws what health tells of a fold that stands still without a word: its projector is dead, frozen or was never started. */
export function assertMoves(standing: StandingFold | null): void {
  if (standing === null || standing.forMs < STANDSTILL_MS) return
  const { projection, partition, forMs } = standing
  const detail = `partition ${partition}: ${projection} has not moved for ${Math.floor(forMs / 1000)} s`
  throw new PartFaultError('behind', detail, { facts: { partition } })
}
