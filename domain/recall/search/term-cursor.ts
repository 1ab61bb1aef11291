import type { Norm } from '../bm25.ts'
import { COUNT_BITS, MAX_COUNT, type PostingPool, placeOf } from '../columns/posting-pool.ts'
import {
  ADDRESS,
  BEST,
  FIRST_ROW,
  LAST_ROW,
  leastLengthOf,
  mostHeldOf,
  SPAN_FIELDS,
  type SpanList,
  sizeOf,
} from '../columns/posting-spans.ts'

/** What scoring reads of the rows. */
export interface ScoredRows {
  /** 1 for rows that may be hits; never row 0. */
  readonly eligible: Uint8Array
  readonly author: Uint32Array
  readonly length: Uint16Array
  readonly norm: Norm
}

const nobody: ReadonlySet<number> = new Set()

/**
 * Goes along a term's postings window by window: a stretch of rows, in ascending order. Within a window it knows how much
 * the term gives to a row at most, adds what it gives to all of them, and finds single rows in ascending order.
 */
export class TermCursor {
  /** What the term gives to a row of the window at most, by its postings. */
  bound = 0
  /** What it gives at most to a row that bears the name and has no posting. */
  readonly bornBound: number
  readonly #idf: number
  readonly #bearers: ReadonlySet<number>
  readonly #pool: PostingPool
  readonly #spans: SpanList
  readonly #rows: ScoredRows
  /** Its first span that reaches into the window, and the first posting there. */
  #span = 0
  #cell = 0
  /** Where {@link gain} looked last. */
  #foundSpan = 0
  #foundCell = 0

  /** `authors`: whose rows hold the term by the name of their author. */
  constructor(
    { idf, authors }: { readonly idf: number; readonly authors: readonly number[] },
    pool: PostingPool,
    spans: SpanList,
    rows: ScoredRows,
  ) {
    this.#idf = idf
    this.#bearers = authors.length === 0 ? nobody : new Set(authors)
    this.#pool = pool
    this.#spans = spans
    this.#rows = rows
    this.bornBound = authors.length === 0 ? 0 : this.#gainOf(1, 0)
  }

  /** Begins the window `[from, end)`, further on than the one before. Returns the term's first row from `from` on. */
  enter(from: number, end: number): number {
    const { fields, end: spans } = this.#spans
    let span = this.#span
    while (span < spans && fields[span + LAST_ROW]! < from) span += SPAN_FIELDS
    let cell = span === this.#span ? this.#cell : 0
    this.bound = 0
    let first = Number.POSITIVE_INFINITY
    if (span < spans) {
      const address = fields[span + ADDRESS]!
      const block = this.#pool.block(address)
      const place = placeOf(address)
      while (block[place + cell]! >>> COUNT_BITS < from) cell++
      first = block[place + cell]! >>> COUNT_BITS
      if (first < end) this.bound = this.#boundOf(span, end)
    }
    this.#span = span
    this.#cell = cell
    this.#foundSpan = span
    this.#foundCell = cell
    return first
  }

  /**
   * Adds what the term gives to each eligible row of the window to `scores`, by row less `from`. Rows that had nothing
   * before are appended to `touched` from `count` on, and the new count is returned.
   */
  addTo(scores: Float64Array, touched: Uint16Array, from: number, end: number, count: number): number {
    const { fields, end: spans } = this.#spans
    const { eligible, author, length, norm } = this.#rows
    const { base, slope } = norm
    const bearers = this.#bearers
    const [idf, named] = [this.#idf, bearers.size > 0]
    let cell = this.#cell
    for (let span = this.#span; span < spans && fields[span + FIRST_ROW]! < end; span += SPAN_FIELDS) {
      const address = fields[span + ADDRESS]!
      const block = this.#pool.block(address)
      const place = placeOf(address)
      const stop = place + sizeOf(fields[span + BEST]!)
      for (let i = place + cell; i < stop; i++) {
        const row = block[i]! >>> COUNT_BITS
        if (row >= end) return count
        if (eligible[row] === 0) continue
        let held = block[i]! & MAX_COUNT
        if (named && bearers.has(author[row]!)) held++
        const at = row - from
        if (scores[at] === 0) touched[count++] = at
        scores[at]! += (idf * held) / (held + (base + slope * length[row]!))
      }
      cell = 0
    }
    return count
  }

  /** What the term gives to a row of the window. Rows are asked for in ascending order, one of them as often as needed. */
  gain(row: number): number {
    const held = this.#held(row) + (this.#bearers.has(this.#rows.author[row]!) ? 1 : 0)
    return held === 0 ? 0 : this.#gainOf(held, this.#rows.length[row]!)
  }

  bears(author: number): boolean {
    return this.#bearers.has(author)
  }

  /** What it gives to a row without a posting, which may be any. */
  gainByName(row: number): number {
    return this.bears(this.#rows.author[row]!) ? this.#gainOf(1, this.#rows.length[row]!) : 0
  }

  #held(row: number): number {
    const { fields, end: spans } = this.#spans
    let span = this.#foundSpan
    while (span < spans && fields[span + LAST_ROW]! < row) span += SPAN_FIELDS
    if (span !== this.#foundSpan) this.#foundCell = 0
    this.#foundSpan = span
    if (span === spans) return 0
    const address = fields[span + ADDRESS]!
    const block = this.#pool.block(address)
    const place = placeOf(address)
    let cell = this.#foundCell
    while (block[place + cell]! >>> COUNT_BITS < row) cell++
    this.#foundCell = cell
    const posting = block[place + cell]!
    return posting >>> COUNT_BITS === row ? posting & MAX_COUNT : 0
  }

  /** Of the spans that reach into the window, which `span` is the first of. */
  #boundOf(span: number, end: number): number {
    const { fields, end: spans } = this.#spans
    const born = this.#bearers.size > 0 ? 1 : 0
    let bound = 0
    for (let at = span; at < spans && fields[at + FIRST_ROW]! < end; at += SPAN_FIELDS) {
      const best = fields[at + BEST]!
      const gain = this.#gainOf(mostHeldOf(best) + born, leastLengthOf(best))
      if (gain > bound) bound = gain
    }
    return bound
  }

  #gainOf(held: number, length: number): number {
    const { base, slope } = this.#rows.norm
    return (this.#idf * held) / (held + (base + slope * length))
  }
}
