/** How far a fold was at a moment. */
export interface FoldSample {
  /** Milliseconds from some start. */
  readonly at: number
  /** Records of all partitions that are folded, and that the log holds. */
  readonly folded: number
  readonly total: number
}

export interface FoldFigures {
  readonly folded: number
  readonly total: number
  /** Records that are in the log and not folded. */
  readonly lag: number
  /** `null` before there is anything to compare with. */
  readonly perSecond: number | null
  /** Until the log's head is reached, which goes on moving; `null` when that is not to be seen. */
  readonly secondsLeft: number | null
  /** Since a record was folded last, milliseconds. */
  readonly stillForMs: number
}

/** Long enough to smooth the steps of single batches, short enough to follow a projector that joins or leaves. */
const WINDOW_MS = 15_000

/** How fast a fold goes: over the last seconds, so that what happened long ago does not flatter or slow it. */
export class FoldPace {
  #samples: readonly FoldSample[] = []
  #movedAt = 0

  add(sample: FoldSample): FoldFigures {
    const last = this.#samples.at(-1)
    if (last === undefined || sample.folded !== last.folded) this.#movedAt = sample.at
    const recent = this.#samples.filter(({ at }) => sample.at - at <= WINDOW_MS)
    // One sample is kept however old it is: the rate needs two.
    this.#samples = [...(recent.length > 0 ? recent : this.#samples.slice(-1)), sample]
    return this.#figures(sample)
  }

  #figures(sample: FoldSample): FoldFigures {
    const { folded, total } = sample
    const first = this.#samples[0]!
    const seconds = (sample.at - first.at) / 1000
    const lag = Math.max(0, total - folded)
    const perSecond = seconds > 0 ? Math.max(0, folded - first.folded) / seconds : null
    const closing = seconds > 0 ? (first.total - first.folded - (total - folded)) / seconds : 0
    return {
      folded,
      total,
      lag,
      perSecond,
      secondsLeft: lag === 0 ? 0 : closing > 0 ? lag / closing : null,
      stillForMs: sample.at - this.#movedAt,
    }
  }
}
