import type { LendingWalk } from './column-lending.ts'
import { growableU8, growableU32 } from './growable.ts'

/** Where a row counts. */
export interface RowFacts {
  /** Codes, 0 for none. */
  readonly run: Uint32Array
  readonly author: Uint32Array
  /** Terms of the row, with author and date. */
  readonly length: Uint16Array
  /** Above every code of a run or author. */
  readonly codes: number
}

/** Statistics of the rows that an answer may see. */
export interface VisibleFigures {
  readonly rows: number
  /** Of them, those with an author and an episode. */
  readonly spoken: number
  /** Sum of their lengths. */
  readonly length: number
  /** Episodes with a visible row; a row without a run is an episode of its own. */
  readonly episodes: number
  /** Sum over the visible rows of how many turns their windows hold. */
  readonly windowTurns: number
}

/** What ranking reads of the rows that an answer may see. */
export interface VisibleRows extends VisibleFigures {
  /** 1 for each visible row. */
  readonly mask: Uint8Array
  /** Sum of the lengths of a run's visible rows. */
  episodeLength(run: number): number
}

/**
 * Which rows an answer may see, and the statistics of exactly those: the ranking is as if no other row existed. The
 * figures are kept in step as single rows appear and disappear.
 */
export class Visibility implements VisibleRows {
  readonly #mask = growableU8()
  readonly #runRows = growableU32()
  readonly #runLength = growableU32()
  readonly #authorRows = growableU32()
  rows = 0
  spoken = 0
  length = 0
  episodes = 0
  windowTurns = 0

  /** Taken anew after rows were added. */
  get mask(): Uint8Array {
    return this.#mask.data
  }

  episodeLength(run: number): number {
    return this.#runLength.data[run] ?? 0
  }

  authorRows(author: number): number {
    return this.#authorRows.data[author] ?? 0
  }

  /** Makes a row visible or not; without effect when it is so already. */
  set(row: number, visible: boolean, facts: RowFacts): void {
    this.#mask.reserve(row + 1)
    if (this.#mask.data[row] === Number(visible)) return
    const step = visible ? 1 : -1
    const length = facts.length[row]!
    this.#mask.data[row] = Number(visible)
    this.rows += step
    this.length += step * length
    const author = facts.author[row]!
    if (author !== 0) this.#authorRows.set(author, this.authorRows(author) + step)
    if (author !== 0 && facts.run[row] !== 0) this.spoken += step
    this.#count(facts.run[row]!, step, length)
  }

  /** Makes the rows of `mask` visible, where none was before: {@link set} for many rows at once. */
  show(mask: Uint8Array, { run, author, length, codes }: RowFacts): void {
    for (const column of [this.#runRows, this.#runLength, this.#authorRows]) column.reserve(codes)
    this.#mask.data = mask
    const [runRows, runLength, authorRows] = [this.#runRows.data, this.#runLength.data, this.#authorRows.data]
    for (let row = 1; row < mask.length; row++) {
      if (mask[row] === 0) continue
      this.rows++
      this.length += length[row]!
      if (author[row] !== 0 && run[row] !== 0) this.spoken++
      authorRows[author[row]!]!++
      runRows[run[row]!]!++
      runLength[run[row]!]! += length[row]!
    }
    this.#countEpisodes(runRows)
  }

  get figures(): VisibleFigures {
    const { rows, spoken, length, episodes, windowTurns } = this
    return { rows, spoken, length, episodes, windowTurns }
  }

  lend(walk: LendingWalk): void {
    walk.column('mask', this.#mask)
    walk.column('runLength', this.#runLength)
  }

  get bytes(): number {
    return this.#mask.bytes + this.#runRows.bytes + this.#runLength.bytes + this.#authorRows.bytes
  }

  /** Place 0 of `runRows` has the rows without a run. */
  #countEpisodes(runRows: Uint32Array): void {
    const alone = runRows[0]!
    this.episodes = alone
    this.windowTurns = alone
    for (let run = 1; run < runRows.length; run++) {
      if (runRows[run]! > 0) this.episodes++
      this.windowTurns += turnsOfWindows(runRows[run]!)
    }
  }

  #count(run: number, step: 1 | -1, length: number): void {
    if (run === 0) {
      this.episodes += step
      this.windowTurns += step
      return
    }
    const before = this.#runRows.data[run] ?? 0
    const now = before + step
    this.#runRows.set(run, now)
    this.#runLength.set(run, this.episodeLength(run) + step * length)
    if (before === 0 || now === 0) this.episodes += step
    this.windowTurns += turnsOfWindows(now) - turnsOfWindows(before)
  }
}

/** How many turns the windows of an episode of n turns hold together: n, and 2(n − d) at each distance d of two. */
export const turnsOfWindows = (turns: number): number => (turns < 2 ? turns : 5 * turns - 6)
