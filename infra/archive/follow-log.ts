import { setTimeout as pause } from 'node:timers/promises'
import { isBug } from '../../projections/is-bug.ts'
import type { ArchiveRound } from './log-archive.ts'

export interface FollowLog {
  readonly round: () => Promise<ArchiveRound>
  /** Between the beginnings of two rounds. */
  readonly everyMs: number
  readonly onRound: (round: ArchiveRound) => void
  /** A round that archived nothing; the next one tries again. */
  readonly onFailure: (error: Error) => void
  readonly signal: AbortSignal
}

/** Archives round after round until `signal` is aborted; a round that is under way ends first. Rejects with a bug only. */
export async function followLog({ round, everyMs, onRound, onFailure, signal }: FollowLog): Promise<void> {
  while (!signal.aborted) {
    const next = performance.now() + everyMs
    try {
      onRound(await round())
    } catch (error) {
      if (isBug(error)) throw error
      onFailure(error as Error)
    }
    await Promise.allSettled([pause(Math.max(0, next - performance.now()), undefined, { signal })])
  }
}
