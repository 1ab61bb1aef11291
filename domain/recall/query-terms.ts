import type { AnalysedQuery } from '../text/analyse-query.ts'
import type { Authors } from './authors.ts'
import { idfOf } from './bm25.ts'
import type { Documents } from './columns/documents.ts'
import { COUNT_BITS } from './columns/posting-pool.ts'
import type { Visibility } from './columns/visibility.ts'

/** A term of the query, as the store knows it. */
export interface QueryTerm {
  readonly text: string
  /** Code of the term, 0 when no text has it. */
  readonly code: number
  /** Codes of the visible authors whose name has the term. */
  readonly authors: readonly number[]
  /** Visible rows that hold it. */
  readonly holding: number
  readonly idf: number
  /** Its index among the query's dates, or −1. */
  readonly date: number
}

export interface QueryTerms {
  /** Terms that name no author come first; sums over terms are made in this order. */
  readonly terms: readonly QueryTerm[]
  /** How many of them name no author. */
  readonly plain: number
  /** Pairs of neighbouring terms, as indexes into `terms`. */
  readonly pairs: ReadonlyArray<readonly [number, number]>
  /** Sum of the idf of the terms that a visible row holds: what a turn can cover. */
  readonly knownIdf: number
  /** Sum of the idf of all terms, those that nothing holds too. */
  readonly idf: number
  /** Authors that the query names. */
  readonly authors: ReadonlySet<number>
  /** Those of them that it is about: the first that it names, and those joined to that one. */
  readonly subjects: ReadonlySet<number>
  readonly asked: AnalysedQuery
}

/** The rows that count, and whose they are. */
export interface CountedRows {
  readonly visibility: Visibility
  /** They are those of the present, which the documents count by themselves. */
  readonly present: boolean
  readonly author: Uint32Array
}

export class QueryTermReader {
  readonly #documents: Documents
  readonly #authors: Authors
  #postings = new Uint32Array(4096)

  constructor(documents: Documents, authors: Authors) {
    this.#documents = documents
    this.#authors = authors
  }

  read(asked: AnalysedQuery, rows: CountedRows): QueryTerms {
    const terms = asked.terms.map((text): QueryTerm => {
      const code = this.#documents.terms.code(text)
      const authors = this.#authors.withStem(text).filter((author) => rows.visibility.authorRows(author) > 0)
      const holding = this.#holding(code, authors, rows)
      const idf = idfOf(rows.visibility.rows, holding)
      return { text, code, authors, holding, idf, date: asked.dates.indexOf(text) }
    })
    return this.#ordered(asked, terms)
  }

  get bytes(): number {
    return this.#postings.byteLength
  }

  #ordered(asked: AnalysedQuery, terms: readonly QueryTerm[]): QueryTerms {
    const plain = terms.filter((term) => term.authors.length === 0)
    const ordered = [...plain, ...terms.filter((term) => term.authors.length > 0)]
    return {
      terms: ordered,
      plain: plain.length,
      pairs: asked.pairs.map(([a, b]) => [ordered.indexOf(terms[a]!), ordered.indexOf(terms[b]!)] as const),
      knownIdf: ordered.reduce((sum, term) => sum + (term.holding > 0 ? term.idf : 0), 0),
      idf: ordered.reduce((sum, term) => sum + term.idf, 0),
      authors: new Set(terms.flatMap((term) => term.authors)),
      subjects: subjectsOf(asked, terms),
      asked,
    }
  }

  /** Visible rows that hold the term in their text or bear it in their author's name. */
  #holding(code: number, authors: readonly number[], { visibility, present, author: authorOf }: CountedRows): number {
    if (present && authors.length === 0) return this.#documents.holding(code)
    const visible = visibility.mask
    const postings = this.#read(code)
    let holding = 0
    if (authors.length === 0) {
      for (let i = 0; i < postings.length; i++) holding += visible[postings[i]! >>> COUNT_BITS]!
      return holding
    }
    const named = new Set(authors)
    for (let i = 0; i < postings.length; i++) {
      const row = postings[i]! >>> COUNT_BITS
      if (visible[row] === 1 && !named.has(authorOf[row]!)) holding++
    }
    return authors.reduce((sum, author) => sum + visibility.authorRows(author), holding)
  }

  #read(code: number): Uint32Array {
    const { postings } = this.#documents
    const count = postings.count(code)
    if (count > this.#postings.length) this.#postings = new Uint32Array(count + (count >>> 1))
    return this.#postings.subarray(0, postings.read(code, this.#postings, 0))
  }
}

/** "What did Ann tell Bob?" is about Ann; "What do Ann and Bob like?" about both. `terms`: in the order of the query. */
function subjectsOf({ joined }: AnalysedQuery, terms: readonly QueryTerm[]): ReadonlySet<number> {
  const first = terms.findIndex((term) => term.authors.length > 0)
  return new Set(terms.flatMap(({ authors }, i) => (i === first || joined.includes(i) ? authors : [])))
}
