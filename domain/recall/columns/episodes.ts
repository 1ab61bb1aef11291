/** What orders the turns of an episode: when they occurred, then where they stand in the log. */
export interface TurnOrder {
  readonly occurredAt: Float64Array
  readonly offset: Float64Array
}

interface Episode {
  readonly rows: number[]
  sorted: boolean
}

/** The rows of each episode in turn order. Rows without an episode have no neighbours. */
export class Episodes {
  readonly #episodes: Array<Episode | undefined> = []
  readonly #unsorted = new Set<number>()
  /** Index of a row in its episode. */
  #places = new Uint32Array(16)
  #rows = 0

  /** `code`: of the run, above 0. Rows may come in any order of time. */
  add(row: number, code: number, order: TurnOrder): void {
    const known = this.#episodes[code]
    const episode = known ?? { rows: [], sorted: true }
    if (known === undefined) this.#episodes[code] = episode
    const last = episode.rows.at(-1)
    if (last !== undefined && compareTurns(last, row, order) > 0) {
      episode.sorted = false
      this.#unsorted.add(code)
    }
    this.#place(row, episode.rows.push(row) - 1)
    this.#rows++
  }

  /** Brings late arrivals to their places. To be called before anything is read. */
  settle(order: TurnOrder): void {
    for (const code of this.#unsorted) {
      const episode = this.#episodes[code]
      if (episode === undefined) continue
      episode.rows.sort((a, b) => compareTurns(a, b, order))
      for (const [place, row] of episode.rows.entries()) this.#places[row] = place
      episode.sorted = true
    }
    this.#unsorted.clear()
  }

  /** In turn order. */
  rows(code: number): readonly number[] {
    return this.#episodes[code]?.rows ?? []
  }

  /** The nearest visible row before (`step` −1) or after (1) a row of episode `code`, or 0. */
  neighbour(row: number, code: number, step: -1 | 1, visible: Uint8Array): number {
    if (code === 0 || row === 0) return 0
    const rows = this.#episodes[code]!.rows
    for (let place = this.#places[row]! + step; place >= 0 && place < rows.length; place += step) {
      if (visible[rows[place]!] === 1) return rows[place]!
    }
    return 0
  }

  /** Takes a row out for good. */
  remove(row: number, code: number): void {
    const episode = this.#episodes[code]!
    episode.rows.splice(episode.rows.indexOf(row), 1)
    this.#rows--
    if (episode.rows.length === 0) this.#episodes[code] = undefined
    else for (const [place, other] of episode.rows.entries()) this.#places[other] = place
  }

  get bytes(): number {
    return this.#places.byteLength + this.#rows * 10 + this.#episodes.length * 120
  }

  #place(row: number, place: number): void {
    if (row >= this.#places.length) {
      const larger = new Uint32Array(Math.ceil(row * 1.5) + 1)
      larger.set(this.#places)
      this.#places = larger
    }
    this.#places[row] = place
  }
}

const compareTurns = (a: number, b: number, { occurredAt, offset }: TurnOrder): number =>
  occurredAt[a]! - occurredAt[b]! || offset[a]! - offset[b]!
