import type { LendingWalk } from './column-lending.ts'
import { growableU8, growableU16, growableU32 } from './growable.ts'
import { PostingPool } from './posting-pool.ts'
import { PostingSpans } from './posting-spans.ts'
import { TokenStore } from './token-store.ts'

/** What ranking reads of the texts of an index: postings by term code, tokens by row, and a few figures of each row. */
export class Texts {
  readonly postings = new PostingPool()
  spans: PostingSpans
  readonly tokens = new TokenStore()
  /** Terms of a row: its stems, its date's, its author's. */
  readonly length = growableU16()
  /** Distinct stems, counted up to FULL_TURN. */
  readonly distinct = growableU8()
  /** Bits of analyse-text.ts. */
  readonly traits = growableU8()
  /** Bits of topics.ts. */
  readonly topics = growableU32()

  constructor() {
    this.spans = new PostingSpans(this.postings, this.length)
  }

  /** Lends or borrows them. `terms`: above every code of a term; `end`: rows in use, row 0 included. */
  walk(walk: LendingWalk, terms: number, end: number): void {
    this.postings.archive(walk.within('postings'), terms)
    this.tokens.archive(walk.within('tokens'), end)
    walk.column('length', this.length)
    walk.column('distinct', this.distinct)
    walk.column('traits', this.traits)
    walk.column('topics', this.topics)
  }

  /** Lets go of what was read of the postings. */
  forgetSpans(): void {
    this.spans = new PostingSpans(this.postings, this.length)
  }
}
