import { normOf } from './bm25.ts'
import { COUNT_BITS, MAX_COUNT } from './posting-pool.ts'
import type { QueryTerm, QueryTerms } from './query-terms.ts'
import { CANDIDATES, turnBm25 } from './recall-weights.ts'

/** The columns that the search reads, by row. */
export interface SearchedRows {
  /** 1 for rows that may be hits. */
  readonly eligible: Uint8Array
  readonly author: Uint32Array
  readonly length: Uint16Array
  readonly offset: Float64Array
  /** Rows in use, row 0 included. */
  readonly end: number
  readonly meanLength: number
}

/**
 * The best CANDIDATES turns by their own BM25, exactly: every eligible row that holds a term of the query in its text
 * or date is scored. Rows that match by their author's name alone join only when there are fewer than CANDIDATES
 * others, since a name that half the rows bear tells nothing about them. Ties break by offset, lower first.
 */
export class TurnSearch {
  #scores = new Float64Array(1024)
  #touched = new Uint32Array(1024)
  #isTouched = new Uint8Array(1024)
  #count = 0

  best(query: QueryTerms, rows: SearchedRows): number[] {
    this.#reserve(rows.end)
    for (let t = 0; t < query.plain; t++) this.#scorePlain(query.terms[t]!, query.postings, rows)
    const names = query.terms.slice(query.plain)
    for (const name of names) this.#touchMentions(name, query.postings, rows)
    if (this.#count < CANDIDATES && names.length > 0) this.#touchAuthored(query, rows)
    for (const name of names) this.#scoreName(name, query.postings, rows)
    const best = this.#select(rows.offset)
    this.#reset()
    return best
  }

  get bytes(): number {
    return this.#scores.byteLength + this.#touched.byteLength + this.#isTouched.byteLength
  }

  #scorePlain(term: QueryTerm, postings: Uint32Array, { eligible, length, meanLength }: SearchedRows): void {
    const { base, slope } = normOf(turnBm25, meanLength)
    const scores = this.#scores
    const isTouched = this.#isTouched
    const touched = this.#touched
    let count = this.#count
    const idf = term.idf
    for (let i = term.from; i < term.to; i++) {
      const posting = postings[i]!
      const row = posting >>> COUNT_BITS
      if (eligible[row] === 0) continue
      if (isTouched[row] === 0) {
        isTouched[row] = 1
        touched[count++] = row
      }
      const held = posting & MAX_COUNT
      scores[row]! += (idf * held) / (held + (base + slope * length[row]!))
    }
    this.#count = count
  }

  #touch(row: number): void {
    if (this.#isTouched[row] !== 0) return
    this.#isTouched[row] = 1
    this.#touched[this.#count++] = row
  }

  #touchMentions(name: QueryTerm, postings: Uint32Array, { eligible }: SearchedRows): void {
    for (let i = name.from; i < name.to; i++) {
      const row = postings[i]! >>> COUNT_BITS
      if (eligible[row] === 1) this.#touch(row)
    }
  }

  #touchAuthored(query: QueryTerms, { eligible, author, end }: SearchedRows): void {
    for (let row = 1; row < end; row++) if (eligible[row] === 1 && query.authors.has(author[row]!)) this.#touch(row)
  }

  #scoreName(name: QueryTerm, postings: Uint32Array, { eligible, author, length, meanLength }: SearchedRows): void {
    const { base, slope } = normOf(turnBm25, meanLength)
    const bearers = new Set(name.authors)
    const mentioned = new Map<number, number>()
    for (let i = name.from; i < name.to; i++) {
      const row = postings[i]! >>> COUNT_BITS
      if (eligible[row] === 1) mentioned.set(row, postings[i]! & MAX_COUNT)
    }
    for (let i = 0; i < this.#count; i++) {
      const row = this.#touched[i]!
      const held = (mentioned.get(row) ?? 0) + (bearers.has(author[row]!) ? 1 : 0)
      if (held > 0) this.#scores[row]! += (name.idf * held) / (held + (base + slope * length[row]!))
    }
  }

  /** A heap of the best rows, the worst on top. */
  #select(offset: Float64Array): number[] {
    const scores = this.#scores
    const worse = (a: number, b: number): boolean =>
      scores[a]! < scores[b]! || (scores[a]! === scores[b]! && offset[a]! > offset[b]!)
    const heap: number[] = []
    let least = 0
    for (let i = 0; i < this.#count; i++) {
      const row = this.#touched[i]!
      if (heap.length < CANDIDATES) {
        heap.push(row)
        if (heap.length < CANDIDATES) continue
        for (let at = CANDIDATES >>> 1; at >= 0; at--) siftDown(heap, at, worse)
        least = scores[heap[0]!]!
      } else if (scores[row]! >= least && worse(heap[0]!, row)) {
        heap[0] = row
        siftDown(heap, 0, worse)
        least = scores[heap[0]!]!
      }
    }
    return heap
  }

  #reset(): void {
    for (let i = 0; i < this.#count; i++) {
      this.#scores[this.#touched[i]!] = 0
      this.#isTouched[this.#touched[i]!] = 0
    }
    this.#count = 0
  }

  #reserve(rows: number): void {
    if (rows <= this.#scores.length) return
    const size = rows + (rows >>> 1)
    this.#scores = new Float64Array(size)
    this.#touched = new Uint32Array(size)
    this.#isTouched = new Uint8Array(size)
  }
}

function siftDown(heap: number[], from: number, worse: (a: number, b: number) => boolean): void {
  for (let at = from; ; ) {
    let least = at
    for (const child of [2 * at + 1, 2 * at + 2]) {
      if (child < heap.length && worse(heap[child]!, heap[least]!)) least = child
    }
    if (least === at) return
    ;[heap[at], heap[least]] = [heap[least]!, heap[at]!]
    at = least
  }
}
