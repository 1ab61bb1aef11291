import { isNumbered, type NumberedWords } from '../../text/numbered-words.ts'
import type { IndexedText } from '../indexed-memory.ts'
import { FULL_TURN } from '../recall-weights.ts'
import { growableU32 } from './growable.ts'
import type { IndexArchive } from './index-archive.ts'
import { TermNumbers } from './term-numbers.ts'
import { Texts } from './texts.ts'
import { ValueDictionary } from './value-dictionary.ts'

/** Of the row's own date (month, year, day-month): indexed, and neighbour of no other token. */
export const CALENDAR = 0x4000_0000
/** Of a date that the text states or implies: not indexed. */
export const MENTIONED = 0x8000_0000
export const TERM = 0x3fff_ffff

/** The texts of an index, by whoever writes them: with the words that terms are, and how many rows show each. */
export class Documents extends Texts {
  readonly terms = new ValueDictionary<string>()
  /** Rows that hold a term and are hidden, by term. */
  readonly #hidden = growableU32()
  readonly #numbers = new TermNumbers(this.terms)
  #counts = new Uint16Array(1024)
  #scratch = new Uint32Array(1024)

  /** Rows that hold a term and are not hidden. */
  holding(term: number): number {
    return this.postings.rows(term) - (this.#hidden.data[term] ?? 0)
  }

  /** The row counts no more for {@link holding}, or does so again. A row counts when it is added. */
  hide(row: number, hidden: boolean): void {
    const step = hidden ? 1 : -1
    for (const term of this.#indexedTerms(row)) this.#hidden.set(term, (this.#hidden.data[term] ?? 0) + step)
  }

  /** Rows come in ascending order. `dateTerms`: of its date; `authorTerms`: how many its author's name has. */
  add(row: number, text: IndexedText, dateTerms: readonly string[], authorTerms: number): void {
    const stems = isNumbered(text.stems) ? text.stems.numbers.length : text.stems.length
    const tokens = this.#room(stems + dateTerms.length + text.dates.length)
    this.#hold(text.stems, tokens)
    let at = stems
    let distinct = 0
    for (let i = 0; i < stems; i++) if (this.#count(tokens[i]!) === 1) distinct++
    for (const date of dateTerms) {
      const term = this.terms.hold(date)
      this.#count(term)
      tokens[at++] = (CALENDAR | term) >>> 0
    }
    const indexed = at
    for (const date of text.dates) tokens[at++] = (MENTIONED | this.terms.hold(date)) >>> 0
    this.#post(row, tokens, indexed)
    this.tokens.set(row, tokens, at)
    this.length.set(row, Math.min(indexed + authorTerms, 0xffff))
    this.distinct.set(row, Math.min(distinct, FULL_TURN))
    this.traits.set(row, text.traits)
    this.topics.set(row, text.topics)
  }

  /** Removes what tells of a hidden row's text. */
  wipe(row: number): void {
    this.hide(row, false)
    for (const term of this.#indexedTerms(row)) {
      this.postings.wipe(term, row)
      this.spans.forget(term)
    }
    for (const token of this.tokens.of(row)) this.terms.release(token & TERM)
    this.tokens.wipe(row)
    this.length.data[row] = 0
    this.distinct.data[row] = 0
    this.traits.data[row] = 0
    this.topics.data[row] = 0
  }

  archive(archive: IndexArchive, end: number): void {
    this.terms.archive(archive.within('terms'))
    this.postings.archive(archive.within('postings'), this.terms.codes)
    this.tokens.archive(archive.within('tokens'), end)
    archive.column('length', this.length, end)
    archive.column('distinct', this.distinct, end)
    archive.column('traits', this.traits, end)
    archive.column('topics', this.topics, end)
  }

  get bytes(): number {
    const columns =
      this.length.bytes +
      this.distinct.bytes +
      this.traits.bytes +
      this.topics.bytes +
      this.#hidden.bytes +
      this.#counts.byteLength
    return this.terms.bytes + this.postings.bytes + this.spans.bytes + this.tokens.bytes + columns
  }

  #indexedTerms(row: number): ReadonlySet<number> {
    const terms = new Set<number>()
    for (const token of this.tokens.of(row)) if (token < MENTIONED) terms.add(token & TERM)
    return terms
  }

  /** Every token holds its term once. */
  #hold(words: readonly string[] | NumberedWords, tokens: Uint32Array): void {
    if (isNumbered(words)) this.#numbers.hold(words, tokens)
    else for (let i = 0; i < words.length; i++) tokens[i] = this.terms.hold(words[i]!)
  }

  /** Returns how often the row being added holds the term so far. */
  #count(term: number): number {
    if (term >= this.#counts.length) {
      const larger = new Uint16Array(term * 2)
      larger.set(this.#counts)
      this.#counts = larger
    }
    return ++this.#counts[term]!
  }

  #post(row: number, tokens: Uint32Array, indexed: number): void {
    for (let i = 0; i < indexed; i++) {
      const term = tokens[i]! & TERM
      const count = this.#counts[term]!
      if (count === 0) continue
      this.postings.push(term, row, count)
      this.#counts[term] = 0
    }
  }

  #room(tokens: number): Uint32Array {
    if (tokens > this.#scratch.length) this.#scratch = new Uint32Array(tokens * 2)
    return this.#scratch
  }
}
