import test from 'ava'
import fc from 'fast-check'
import { gain, idfOf, normOf } from '../../../../domain/recall/bm25.ts'
import { Documents } from '../../../../domain/recall/columns/documents.ts'
import type { QueryTerm } from '../../../../domain/recall/query-terms.ts'
import { CANDIDATES, turnBm25 } from '../../../../domain/recall/recall-weights.ts'
import type { SearchedRows } from '../../../../domain/recall/search/searched-rows.ts'
import { type SearchedQuery, TurnSearch } from '../../../../domain/recall/search/turn-search.ts'
import { propertyRuns } from '../../../support/property-runs.ts'

const AUTHORS = 4
const WORDS = 12

/** Numbers in [0, 1), the same for the same seed. */
function uniform(seed: number): () => number {
  let state = seed | 1
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32
  }
}

interface Store {
  readonly rows: SearchedRows & { readonly documents: Documents }
  readonly texts: readonly (readonly string[])[]
}

/** Rows of words as rare as 1, ½, ¼ …, most of them eligible; row 0 is nobody's. */
function storeOf(seed: number, size: number, eligibleShare: number): Store {
  const random = uniform(seed)
  const documents = new Documents()
  const end = size + 1
  const author = new Uint32Array(end)
  const eligible = new Uint8Array(end)
  const texts: string[][] = [[]]
  for (let row = 1; row < end; row++) {
    const length = 1 + Math.floor(random() * 12)
    const text = Array.from({ length }, () => `w${Math.min(WORDS - 1, Math.floor(-Math.log2(random())))}`)
    documents.add(row, { stems: text, dates: [], traits: 0, topics: 0 }, [], 0)
    texts.push(text)
    author[row] = Math.floor(random() * AUTHORS)
    eligible[row] = random() < eligibleShare ? 1 : 0
  }
  const offset = Float64Array.from({ length: end }, (_, row) => (row * 7919) % 104729)
  const length = documents.length.data
  return { texts, rows: { documents, eligible, author, length, offset, end, meanLength: 6.5, codes: AUTHORS } }
}

/** Of the words w0, w1, …; `names`: of them, those that are authors' names. */
function queryOf({ rows, texts }: Store, words: readonly number[], names: number): SearchedQuery {
  const terms = words.map((word, i): QueryTerm => {
    const text = `w${word}`
    const authors = i < words.length - names ? [] : [1 + (word % (AUTHORS - 1))]
    const holding = texts.filter((held) => held.includes(text)).length
    return {
      text,
      code: rows.documents.terms.code(text),
      authors,
      holding,
      idf: idfOf(texts.length, holding),
      date: -1,
    }
  })
  const authors = new Set(terms.flatMap((term) => term.authors))
  return { terms, plain: words.length - names, authors }
}

/** Every eligible row scored, plainly. */
function plainly({ rows, texts }: Store, { terms, plain }: SearchedQuery): number[] {
  const norm = normOf(turnBm25, rows.meanLength)
  const held = (term: QueryTerm, row: number): number =>
    texts[row]!.filter((word) => word === term.text).length + Number(term.authors.includes(rows.author[row]!))
  const score = (row: number): number =>
    terms.reduce((sum, term) => {
      const count = held(term, row)
      return count === 0 ? sum : sum + gain(term.idf, count, texts[row]!.length, norm)
    }, 0)
  const eligible = texts.map((_, row) => row).filter((row) => rows.eligible[row] === 1)
  const matched = eligible.filter((row) => terms.some(({ text }) => texts[row]!.includes(text)))
  const named = eligible.filter((row) => terms.some((term) => held(term, row) > 0))
  const joined = matched.length < CANDIDATES && plain < terms.length ? named : matched
  const scored = joined.map((row) => ({ row, score: score(row) }))
  scored.sort((a, b) => b.score - a.score || rows.offset[a.row]! - rows.offset[b.row]!)
  return scored.slice(0, CANDIDATES).map(({ row }) => row)
}

const someQuery = fc
  .uniqueArray(fc.nat(WORDS - 1), { minLength: 1, maxLength: 6 })
  .chain((words) => fc.tuple(fc.constant(words), fc.nat(Math.min(2, words.length))))

test('the best turns are those of scoring every row, however much is passed over', (t) => {
  const search = new TurnSearch()
  fc.assert(
    fc.property(
      fc.integer(),
      fc.oneof(fc.constantFrom(4095, 4096, 4097), fc.integer({ min: 0, max: 9000 })),
      fc.constantFrom(1, 0.9, 0.02, 0),
      fc.array(someQuery, { minLength: 1, maxLength: 4 }),
      (seed, size, share, queries) => {
        const store = storeOf(seed, size, share)
        for (const [words, names] of queries) {
          const query = queryOf(store, words, names)
          const found = search.best(query, store.rows).sort((a, b) => a - b)
          t.deepEqual(
            found,
            plainly(store, query).sort((a, b) => a - b),
          )
        }
      },
    ),
    { numRuns: propertyRuns(12) },
  )
})
