import { COUNT_BITS, placeOf } from '../columns/posting-pool.ts'
import type { QueryTerm } from '../query-terms.ts'
import { CANDIDATES } from '../recall-weights.ts'
import { BestRows } from './best-rows.ts'
import type { SearchedRows } from './searched-rows.ts'
import { type ScoredRows, TermCursor } from './term-cursor.ts'

/** Rows of the rarest terms that are scored. */
const SAMPLE = 3 * CANDIDATES
/** Postings that are looked at for them: of a filter that lets little through, the search itself finds out sooner. */
const MAX_LOOKED_AT = 16_384

/**
 * A score that CANDIDATES rows reach for sure: that of the worst of the best of some rows that hold the rarest terms. What
 * cannot reach it is passed over from the first row on. −∞ when there are too few such rows.
 */
export function firstCut(terms: readonly QueryTerm[], rows: SearchedRows, scored: ScoredRows): number {
  const { postings, spans } = rows.documents
  const known = terms.filter(({ code }) => postings.count(code) > 0)
  const sample = sampleOf(known, rows)
  if (sample.length < CANDIDATES) return Number.NEGATIVE_INFINITY
  const best = new BestRows(CANDIDATES, rows.offset)
  const cursors = known.map((term) => new TermCursor(term, postings, spans.of(term.code), scored))
  for (const cursor of cursors) cursor.enter(1, 1)
  for (const row of sample) {
    let score = 0
    for (const cursor of cursors) score += cursor.gain(row)
    best.offer(row, score)
  }
  return best.least
}

/** Ascending, each once. */
function sampleOf(terms: readonly QueryTerm[], { documents: { postings }, eligible }: SearchedRows): Uint32Array {
  const rarestFirst = terms.toSorted((a, b) => postings.count(a.code) - postings.count(b.code))
  const found = new Set<number>()
  let lookedAt = 0
  for (const { code } of rarestFirst) {
    postings.pieces(code, 0, (address, count) => {
      const block = postings.block(address)
      const place = placeOf(address)
      for (let i = place; i < place + count && found.size < SAMPLE && lookedAt < MAX_LOOKED_AT; i++, lookedAt++) {
        const row = block[i]! >>> COUNT_BITS
        if (eligible[row] === 1) found.add(row)
      }
    })
    if (found.size >= SAMPLE || lookedAt >= MAX_LOOKED_AT) break
  }
  return Uint32Array.from(found).sort()
}
