import test from 'ava'
import fc from 'fast-check'
import { LikelyRows } from '../../../../domain/recall/dense/likely-rows.ts'
import { SignCodes } from '../../../../domain/recall/dense/sign-codes.ts'
import { codesOf, signTables } from '../../../../domain/recall/dense/sign-tables.ts'
import { propertyRuns } from '../../../support/property-runs.ts'

const ROWS = 80
const int8 = fc.integer({ min: -128, max: 127 })
const int16 = fc.integer({ min: -32_767, max: 32_767 })

const column = fc.integer({ min: 1, max: 70 }).chain((dimensions) =>
  fc.record({
    rows: fc.array(fc.array(int8, { minLength: dimensions, maxLength: dimensions }), { minLength: 1, maxLength: ROWS }),
    query: fc.array(int16, { minLength: dimensions, maxLength: dimensions }),
    other: fc.array(int16, { minLength: dimensions, maxLength: dimensions }),
    mask: fc.array(fc.nat(1), { minLength: ROWS, maxLength: ROWS }),
    wiped: fc.array(fc.nat(ROWS - 1), { maxLength: 10 }),
    first: fc.constantFrom(0, 1, 31, 8_150),
    depth: fc.integer({ min: 1, max: 100 }),
    otherDepth: fc.integer({ min: 1, max: 100 }),
    below: fc.nat(ROWS),
  }),
)

/** What the kernel adds up, in plain code. */
function estimate(values: readonly number[], query: readonly number[]): number {
  const tables = signTables(Int16Array.from(query))
  let sum = 0
  for (let code = 0; code < codesOf(query.length); code++) {
    const bits = [0, 1, 2, 3].filter((d) => !(values[code * 4 + d]! < 0))
    sum += tables[code * 16 + bits.reduce((all, d) => all | (1 << d), 0)]!
  }
  return sum
}

test('a scan for one query and one for two find the rows with the best estimates of plain code, for every dimension, mask and depth', (t) => {
  fc.assert(
    fc.property(column, ({ rows, query, other, mask, wiped, first, depth, otherDepth, below }) => {
      const codes = new SignCodes(query.length)
      for (const [i, values] of rows.entries()) codes.set(first + i, Int8Array.from(values))
      for (const i of wiped) codes.wipe(first + i)
      const masks = Uint8Array.from([...new Array<number>(first).fill(1), ...mask])
      const offsets = Float64Array.from(masks, (_, row) => row)
      const search = (asked: readonly number[], most: number) => ({
        query: Int16Array.from(asked),
        likely: new LikelyRows(most, offsets),
      })
      const best = (asked: readonly number[], most: number) =>
        [...rows.keys()]
          .filter((i) => i < below && mask[i] === 1 && !wiped.includes(i))
          .map((i) => ({ row: first + i, estimate: estimate(rows[i]!, asked) }))
          .sort((a, b) => b.estimate - a.estimate || a.row - b.row)
          .slice(0, most)
          .map(({ row }) => row)
          .sort((a, b) => a - b)
      const [alone, together, beside] = [search(query, depth), search(query, depth), search(other, otherDepth)]
      codes.scan([alone], masks, first + below)
      codes.scan([together, beside], masks, first + below)
      for (const { likely } of [alone, together]) t.deepEqual([...likely.rows()], best(query, depth))
      t.deepEqual([...beside.likely.rows()], best(other, otherDepth))
    }),
    { numRuns: propertyRuns(200) },
  )
})

test('an estimate grows with the length of the query that lies where signs agree', (t) => {
  fc.assert(
    fc.property(fc.array(int16, { minLength: 24, maxLength: 24 }), (query) => {
      const opposite = query.map((value) => (value < 0 ? 1 : -1))
      const same = query.map((value) => (value < 0 ? -1 : 1))
      t.is(estimate(opposite, query), 0)
      const agreed = [0, 6, 12, 18, 24].map((agreeing) => {
        return estimate([...same.slice(0, agreeing), ...opposite.slice(agreeing)], query)
      })
      t.deepEqual(
        agreed,
        [...agreed].sort((a, b) => a - b),
      )
    }),
    { numRuns: propertyRuns(100) },
  )
})

test('shares fit the kernel for every dimension: four of them a byte, and all of them 15 bits', (t) => {
  for (const dimensions of [1, 4, 384, 1536, 2084, 8192]) {
    const tables = signTables(new Int16Array(dimensions).fill(-7))
    const most = Math.max(...tables)
    t.true(most <= 63 && most > 0)
    t.true(most * codesOf(dimensions) <= 0x7fff)
  }
  t.deepEqual(signTables(new Int16Array(16)), new Uint8Array(64))
})

test('a row that is set again has the code of its last vector only', (t) => {
  const codes = new SignCodes(8)
  const query = Int16Array.of(1, 1, 1, 1, 1, 1, 1, 1)
  codes.set(17, new Int8Array(8).fill(5))
  codes.set(18, Int8Array.of(5, 5, 5, 5, -5, -5, -5, -5))
  codes.set(17, new Int8Array(8).fill(-5))
  const likely = new LikelyRows(1, new Float64Array(19))
  codes.scan([{ query, likely }], new Uint8Array(19).fill(1), 19)
  t.deepEqual([...likely.rows()], [18])
})
