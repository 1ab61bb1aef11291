import type { Growable } from './growable.ts'
import { COUNT_BITS, MAX_COUNT, type PostingPool, placeOf } from './posting-pool.ts'

/** A span is so many neighbouring postings of a list at most. */
export const MAX_SPAN = 128
/** A span takes so many places: its first cell's address, its first row and its last one, then what {@link sizeOf} and the like read. */
export const SPAN_FIELDS = 4
export const ADDRESS = 0
export const FIRST_ROW = 1
export const LAST_ROW = 2
export const BEST = 3

const LENGTH_BITS = 16
const SIZE_SHIFT = LENGTH_BITS + COUNT_BITS

/** Of the last field: how many postings the span has. */
export const sizeOf = (best: number): number => best >>> SIZE_SHIFT
/** … the largest term count among them. */
export const mostHeldOf = (best: number): number => (best >>> LENGTH_BITS) & MAX_COUNT
/** … and the length of the shortest of their rows. */
export const leastLengthOf = (best: number): number => best & 0xffff

/** The spans of a list one after another. */
export interface SpanList {
  readonly fields: Uint32Array
  /** Places of `fields` in use. */
  readonly end: number
}

interface Built extends SpanList {
  fields: Uint32Array
  end: number
  /** Postings of all spans but the last, which may still grow. */
  closed: number
  /** Postings of the list when it was looked at. */
  seen: number
}

const lastSize = ({ fields, end }: SpanList): number => (end === 0 ? 0 : sizeOf(fields[end - SPAN_FIELDS + BEST]!))

/** Beyond so many lists all are let go: those that are asked for again are read once more. */
const MAX_LISTS = 20_000
const LIST_BYTES = 250

/**
 * What the postings of a span can give at most, so that a search passes over spans of which nothing can be among the best
 * (block-max indexes: Ding and Suel, SIGIR 2011). Made of a list when it is asked for first, and gone on with when it has
 * grown; a posting that was wiped makes no bound wrong.
 */
export class PostingSpans {
  readonly #pool: PostingPool
  readonly #length: Growable<Uint16Array>
  readonly #lists = new Map<number, Built>()
  #places = 0

  /** `length`: of each row in terms, set when the row is added. */
  constructor(pool: PostingPool, length: Growable<Uint16Array>) {
    this.#pool = pool
    this.#length = length
  }

  /** Good until the next posting is pushed. */
  of(term: number): SpanList {
    const known = this.#lists.get(term)
    const postings = this.#pool.count(term)
    if (known?.seen === postings) return known
    const list = known ?? this.#begin(term)
    const before = list.fields.length
    this.#build(term, list)
    list.seen = postings
    list.closed = postings - lastSize(list)
    this.#places += list.fields.length - before
    return list
  }

  /** The list tells less than it did: nothing that was read of it stays. */
  forget(term: number): void {
    this.#places -= this.#lists.get(term)?.fields.length ?? 0
    this.#lists.delete(term)
  }

  get bytes(): number {
    return this.#places * 4 + this.#lists.size * LIST_BYTES
  }

  #begin(term: number): Built {
    if (this.#lists.size >= MAX_LISTS) {
      this.#lists.clear()
      this.#places = 0
    }
    const list: Built = { fields: new Uint32Array(SPAN_FIELDS), end: 0, closed: 0, seen: 0 }
    this.#lists.set(term, list)
    return list
  }

  #build(term: number, list: Built): void {
    list.end = Math.max(0, list.end - SPAN_FIELDS)
    this.#pool.pieces(term, list.closed, (address, count) => {
      for (let at = 0; at < count; at += MAX_SPAN) this.#push(list, address + at, Math.min(MAX_SPAN, count - at))
    })
  }

  #push(list: Built, address: number, size: number): void {
    if (list.end === list.fields.length) {
      const larger = new Uint32Array(list.end * 2)
      larger.set(list.fields)
      list.fields = larger
    }
    const block = this.#pool.block(address)
    const place = placeOf(address)
    let mostHeld = 0
    let leastLength = 0xffff
    let first = 0
    let last = 0
    for (let i = place; i < place + size; i++) {
      const row = block[i]! >>> COUNT_BITS
      if (row === 0) continue
      if (first === 0) first = row
      last = row
      mostHeld = Math.max(mostHeld, block[i]! & MAX_COUNT)
      leastLength = Math.min(leastLength, this.#length.data[row]!)
    }
    list.fields[list.end + ADDRESS] = address
    list.fields[list.end + FIRST_ROW] = first
    list.fields[list.end + LAST_ROW] = last
    list.fields[list.end + BEST] = ((size << SIZE_SHIFT) | (mostHeld << LENGTH_BITS) | leastLength) >>> 0
    list.end += SPAN_FIELDS
  }
}
