import { PARTITIONS } from '../../domain/partition.ts'
import type { Projector } from '../../projections/projector.ts'

export interface StandstillDeps {
  /** Last offset of a partition of the log. */
  readonly head: (partition: number) => number
  /** Whether the log answers: while it does not, a fold that stands still is not at fault. */
  readonly logAnswers: () => boolean
  /** Milliseconds of a clock that does not go back. */
  readonly now: () => number
  /** How long a fold may be ready, behind the log, and not move. */
  readonly limitMs: number
}

interface Standing {
  readonly offset: number
  readonly signs: number
  readonly since: number
}

/**
 * Notices a fold that is ready, has something to fold, and does not move: records do not reach it any more, which no state
 * of its own shows (a consumer whose fetches hang, say). Whoever hears of it ends the process: another one takes over.
 */
export class Standstill {
  readonly #deps: StandstillDeps
  readonly #standing = new Map<string, Standing>()

  constructor(deps: StandstillDeps) {
    this.#deps = deps
  }

  /**
   * Looks once, and names what has stood still for too long; `null` when nothing has. `signs` counts a partition's signs of
   * life: who waits now and then for a store is seen to be ready in between, and does not stand still.
   */
  look(projection: string, projector: Pick<Projector, 'state'>, signs: (partition: number) => number): string | null {
    const { head, logAnswers, now, limitMs } = this.#deps
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const key = `${projection} of partition ${partition}`
      const state = projector.state(partition)
      if (state.name !== 'ready' || state.checkpoint.offset >= head(partition) || !logAnswers()) {
        this.#standing.delete(key)
        continue
      }
      const { offset } = state.checkpoint
      const standing = this.#standing.get(key)
      if (standing?.offset !== offset || standing.signs !== signs(partition)) {
        this.#standing.set(key, { offset, signs: signs(partition), since: now() })
      } else if (now() - standing.since >= limitMs) {
        return `${key} has stood at offset ${offset} for ${limitMs / 1000} s, and the log reaches to ${head(partition)}`
      }
    }
    return null
  }
}
