import test from 'ava'
import fc from 'fast-check'
import { growableU16 } from '../../../../domain/recall/columns/growable.ts'
import { PostingPool, placeOf } from '../../../../domain/recall/columns/posting-pool.ts'
import {
  ADDRESS,
  BEST,
  FIRST_ROW,
  LAST_ROW,
  leastLengthOf,
  MAX_SPAN,
  mostHeldOf,
  PostingSpans,
  SPAN_FIELDS,
  sizeOf,
} from '../../../../domain/recall/columns/posting-spans.ts'
import { propertyRuns } from '../../../support/property-runs.ts'

const TERM = 3

interface Span {
  readonly size: number
  readonly rows: readonly [number, number]
  readonly mostHeld: number
  readonly leastLength: number
}

function spansIn(spans: PostingSpans): Span[] {
  const { fields, end } = spans.of(TERM)
  const list: Span[] = []
  for (let at = 0; at < end; at += SPAN_FIELDS) {
    const best = fields[at + BEST]!
    const rows = [fields[at + FIRST_ROW]!, fields[at + LAST_ROW]!] as const
    list.push({ size: sizeOf(best), rows, mostHeld: mostHeldOf(best), leastLength: leastLengthOf(best) })
  }
  return list
}

/** The bounds of spans of these sizes, by the postings themselves. */
function plainly(postings: readonly number[], lengths: Uint16Array, sizes: readonly number[]): Span[] {
  let at = 0
  return sizes.map((size) => {
    const held = postings.slice(at, at + size).filter((posting) => posting > 0)
    at += size
    const rows = held.map((posting) => posting >>> 6)
    return {
      size,
      rows: [rows[0] ?? 0, rows.at(-1) ?? 0],
      mostHeld: Math.max(0, ...held.map((posting) => posting & 63)),
      leastLength: Math.min(0xffff, ...rows.map((row) => lengths[row]!)),
    }
  })
}

const steps = fc.array(
  fc.oneof(
    fc.record({ add: fc.integer({ min: 1, max: 400 }) }),
    fc.record({ wipe: fc.integer({ min: 1, max: 2000 }) }),
    fc.constant({ look: true }),
  ),
  { maxLength: 12 },
)

test('spans cover a list as it grows and is wiped, and bound what is in them', (t) => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 9 }), (list, stride) => {
      const pool = new PostingPool()
      const lengths = growableU16()
      const spans = new PostingSpans(pool, lengths)
      let row = 0
      for (const step of list) {
        if ('add' in step) {
          for (let i = 0; i < step.add; i++) {
            row += 1 + (i % stride)
            lengths.set(row, 1 + ((row * 37) % 50))
            pool.push(TERM, row, 1 + (row % 70))
            if (i % 3 === 0) pool.push(TERM + 1, row, 1)
          }
        } else if ('wipe' in step) {
          pool.wipe(TERM, step.wipe)
          spans.forget(TERM)
        }
        const postings = new Uint32Array(pool.count(TERM))
        pool.read(TERM, postings, 0)
        const found = spansIn(spans)
        const sizes = found.map(({ size }) => size)
        t.is(
          sizes.reduce((sum, size) => sum + size, 0),
          postings.length,
        )
        t.true(sizes.every((size) => size >= 1 && size <= MAX_SPAN))
        t.deepEqual(found, plainly([...postings], lengths.data, sizes))
        t.is(pool.rows(TERM), [...postings].filter((posting) => posting > 0).length)
      }
    }),
    { numRuns: propertyRuns(60) },
  )
})

test('a span begins where its address says', (t) => {
  const pool = new PostingPool()
  const lengths = growableU16()
  for (let row = 1; row <= 1000; row++) {
    lengths.set(row, 5)
    pool.push(TERM, row, 1)
  }
  const { fields, end } = new PostingSpans(pool, lengths).of(TERM)
  for (let at = 0; at < end; at += SPAN_FIELDS) {
    const address = fields[at + ADDRESS]!
    t.is(pool.block(address)[placeOf(address)]! >>> 6, fields[at + FIRST_ROW]!)
  }
})
