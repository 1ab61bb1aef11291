/** Items of one request, one behind the other, that were refused with the same code. */
export interface RefusedRange {
  /** Index in the batch, or of the line in the stream, from 0. */
  readonly first: number
  /** Included. */
  readonly last: number
  readonly code: string
}

/** Which items of a batch or a stream were refused, and why: never what they said. */
export interface RefusedItems {
  readonly total: number
  /** The first of them, in order; `total` counts those beyond them too. */
  readonly ranges: readonly RefusedRange[]
}

/** Ranges that one entry names: an import of a million bad lines must not write the audit full. */
export const MAX_REFUSED_RANGES = 100

/** Gathers the refusals of a request, in the order of their indexes, in bounded memory. */
export class RefusalList {
  #total = 0
  readonly #ranges: RefusedRange[] = []

  add(index: number, code: string): void {
    this.#total += 1
    const last = this.#ranges.at(-1)
    if (last?.code === code && last.last + 1 === index) this.#ranges[this.#ranges.length - 1] = { ...last, last: index }
    else if (this.#ranges.length < MAX_REFUSED_RANGES) this.#ranges.push({ first: index, last: index, code })
  }

  /** `null`: nothing was refused. */
  items(): RefusedItems | null {
    return this.#total === 0 ? null : { total: this.#total, ranges: [...this.#ranges] }
  }
}
