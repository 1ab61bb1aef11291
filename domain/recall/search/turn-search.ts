import { normOf } from '../bm25.ts'
import type { QueryTerms } from '../query-terms.ts'
import { CANDIDATES, turnBm25 } from '../recall-weights.ts'
import { BestRows } from './best-rows.ts'
import { firstCut } from './first-cut.ts'
import type { SearchedRows } from './searched-rows.ts'
import { type ScoredRows, TermCursor } from './term-cursor.ts'

/** What the search reads of a query. */
export type SearchedQuery = Pick<QueryTerms, 'terms' | 'plain' | 'authors'>

/** Rows that are looked at together. */
const WINDOW = 4096
/** Bounds are sums in another order than scores: what rounding takes from them is given back many times over. */
const SLACK = 1 - 1e-9

/**
 * The best CANDIDATES turns by their own BM25, exactly: those that scoring every eligible row that holds a term of the
 * query in its text or date would give. Rows that match by their author's name alone join only when there are fewer than
 * CANDIDATES others, since a name that half the rows bear tells nothing about them. Ties break by offset, lower first.
 *
 * Goes through the rows window by window. Once CANDIDATES rows are known, terms that together cannot lift a row of the
 * window above the worst of them are optional there (MaxScore: Turtle and Flood, 1995; bounds by block: Ding and Suel,
 * 2011): their postings are only looked up for rows that the other terms brought far enough.
 */
export class TurnSearch {
  readonly #scores = new Float64Array(WINDOW)
  readonly #touched = new Uint16Array(WINDOW)

  best(query: SearchedQuery, rows: SearchedRows): number[] {
    const best = new BestRows(CANDIDATES, rows.offset)
    const { documents, eligible, author, length, meanLength } = rows
    const scored: ScoredRows = { eligible, author, length, norm: normOf(turnBm25, meanLength) }
    const cursors = query.terms.map(
      (term) => new TermCursor(term, documents.postings, documents.spans.of(term.code), scored),
    )
    const window = new SearchWindow(cursors, query.plain, { scored, best, cut: firstCut(query.terms, rows, scored) })
    for (let from = 1; from < rows.end; ) {
      const end = Math.min(from + WINDOW, rows.end)
      const next = window.enter(from, end)
      if (next < end) window.search(this.#scores, this.#touched)
      from = Math.max(next, end)
    }
    if (!best.isFull && query.authors.size > 0) addAuthored(best, cursors, query.authors, rows)
    return best.rows()
  }

  get bytes(): number {
    return this.#scores.byteLength + this.#touched.byteLength
  }
}

class SearchWindow {
  readonly #cursors: readonly TermCursor[]
  readonly #names: readonly TermCursor[]
  /** Those that give least come first. */
  readonly #byBound: TermCursor[]
  readonly #rows: ScoredRows
  readonly #best: BestRows
  readonly #firstCut: number
  /** What the names give at most to a row that bears them all. */
  readonly #bornBound: number
  #from = 0
  #end = 0

  /** Of `cursors`, the first `plain` are no names. `cut`: what CANDIDATES rows reach for sure. */
  constructor(
    cursors: readonly TermCursor[],
    plain: number,
    { scored, best, cut }: { readonly scored: ScoredRows; readonly best: BestRows; readonly cut: number },
  ) {
    this.#cursors = cursors
    this.#names = cursors.slice(plain)
    this.#byBound = [...cursors]
    this.#rows = scored
    this.#best = best
    this.#firstCut = cut
    this.#bornBound = this.#names.reduce((sum, name) => sum + name.bornBound, 0)
  }

  /** Returns the first row from `from` on that any term has. */
  enter(from: number, end: number): number {
    this.#from = from
    this.#end = end
    let next = Number.POSITIVE_INFINITY
    for (const cursor of this.#cursors) next = Math.min(next, cursor.enter(from, end))
    return next
  }

  search(scores: Float64Array, touched: Uint16Array): void {
    const [from, end] = [this.#from, this.#end]
    const byBound = this.#byBound
    sortByBound(byBound)
    const cut = this.#cut()
    let optional = 0
    let optionalBound = 0
    while (optional < byBound.length && this.#bornBound + optionalBound + byBound[optional]!.bound < cut) {
      optionalBound += byBound[optional++]!.bound
    }
    if (optional === byBound.length) return
    let count = 0
    for (let i = optional; i < byBound.length; i++) count = byBound[i]!.addTo(scores, touched, from, end, count)
    let promising = 0
    for (let i = 0; i < count; i++) {
      const at = touched[i]!
      if (scores[at]! + optionalBound + this.#born(from + at) >= cut) touched[promising++] = at
    }
    if (promising > 1) touched.subarray(0, promising).sort()
    for (let i = 0; i < promising; i++) {
      const row = from + touched[i]!
      this.#offer(row, scores[touched[i]!]! + optionalBound + this.#born(row), optional)
    }
    scores.fill(0, 0, end - from)
  }

  /** What a row must be able to reach. */
  #cut(): number {
    return Math.max(this.#firstCut, this.#best.least) * SLACK
  }

  /** `reach`: what the row scores at most. */
  #offer(row: number, reach: number, optional: number): void {
    const cut = this.#cut()
    let most = reach
    for (let i = optional - 1; i >= 0; i--) {
      if (most < cut) return
      most += this.#byBound[i]!.gain(row) - this.#byBound[i]!.bound
    }
    if (most < cut) return
    let score = 0
    for (const cursor of this.#cursors) score += cursor.gain(row)
    this.#best.offer(row, score)
  }

  /** What the name of the row's author gives it at most, its postings aside. */
  #born(row: number): number {
    let bound = 0
    for (const name of this.#names) if (name.bears(this.#rows.author[row]!)) bound += name.bornBound
    return bound
  }
}

/** They are nearly in order from the window before. */
function sortByBound(cursors: TermCursor[]): void {
  for (let i = 1; i < cursors.length; i++) {
    const cursor = cursors[i]!
    let at = i
    for (; at > 0 && cursors[at - 1]!.bound > cursor.bound; at--) cursors[at] = cursors[at - 1]!
    cursors[at] = cursor
  }
}

/** Every other row that matches is among `best` already, so these hold nothing but the name. */
function addAuthored(
  best: BestRows,
  cursors: readonly TermCursor[],
  authors: ReadonlySet<number>,
  { eligible, author, end, codes }: SearchedRows,
): void {
  const named = new Uint8Array(codes)
  for (const code of authors) named[code] = 1
  const matched = new Set(best.rows())
  for (let row = 1; row < end; row++) {
    if (named[author[row]!] === 0 || eligible[row] === 0 || matched.has(row)) continue
    let score = 0
    for (const cursor of cursors) score += cursor.gainByName(row)
    best.offer(row, score)
  }
}
