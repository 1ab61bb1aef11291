import test from 'ava'
import fc from 'fast-check'
import { denseQuery } from '../../../../domain/recall/dense/dense-query.ts'
import { VectorColumn } from '../../../../domain/recall/dense/vector-column.ts'
import { propertyRuns } from '../../../support/property-runs.ts'

const DIMENSIONS = 24
const int8 = fc.integer({ min: -127, max: 127 })
const vector = fc.array(int8, { minLength: DIMENSIONS, maxLength: DIMENSIONS }).map((values) => Int8Array.from(values))
const stored = fc.record({ vector, visible: fc.boolean(), offset: fc.integer({ min: 0, max: 1_000 }) })
const query = fc
  .array(int8, { minLength: DIMENSIONS, maxLength: DIMENSIONS })
  .map((all) => Float32Array.from(all, (v) => v / 127))

function cosineOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, left, right] = [0, 0, 0]
  for (let i = 0; i < a.length; i += 1) {
    dot += a[i]! * b[i]!
    left += a[i]! ** 2
    right += b[i]! ** 2
  }
  return left === 0 || right === 0 ? 0 : dot / Math.sqrt(left * right)
}

test('the nearest visible rows come first, ties by offset, as a sort of all rows has it', (t) => {
  fc.assert(
    fc.property(fc.array(stored, { maxLength: 60 }), query, fc.integer({ min: 1, max: 12 }), (rows, asked, k) => {
      const column = new VectorColumn(DIMENSIONS)
      for (const [i, row] of rows.entries()) column.set(i + 1, row.vector, 0.01)
      const mask = Uint8Array.from([0, ...rows.map(({ visible }) => Number(visible))])
      const offset = Float64Array.from([0, ...rows.map((row, i) => row.offset * 100 + i)])
      const exact = denseQuery(asked)
      const all = rows.flatMap((row, i) => (row.visible ? [{ row: i + 1, cosine: column.cosine(i + 1, exact) }] : []))
      all.sort((a, b) => b.cosine - a.cosine || offset[a.row]! - offset[b.row]!)
      t.deepEqual(column.topK(exact, { mask, offset }, k), all.slice(0, k))
    }),
    { numRuns: propertyRuns(100) },
  )
})

test('a cosine is that of the floats, as far as eight bits can tell', (t) => {
  fc.assert(
    fc.property(vector, query, (values, asked) => {
      const column = new VectorColumn(DIMENSIONS)
      column.set(3, values, 0.5)
      t.true(Math.abs(column.cosine(3, denseQuery(asked)) - cosineOf(values, asked)) < 1e-3)
    }),
    { numRuns: propertyRuns(100) },
  )
})

test('the cosine of a sum is that of the sum of the floats, each vector in its own scale', (t) => {
  const held = fc.record({ vector, scale: fc.integer({ min: 1, max: 1_000 }).map((n) => Math.fround(n / 1_000)) })
  const weights = fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(
      fc.array(held, { maxLength: 6 }),
      weights,
      fc.array(fc.nat(9)),
      query,
      (rows, weighing, drawn, asked) => {
        const column = new VectorColumn(DIMENSIONS)
        for (const [i, row] of rows.entries()) column.set(i + 1, row.vector, row.scale)
        const sums = Math.floor(drawn.length / weighing.length)
        const listed = Uint32Array.from(drawn.slice(0, sums * weighing.length))
        const dense = denseQuery(asked)
        const expected = Array.from({ length: sums }, (_, sum) => {
          const total = new Float64Array(DIMENSIONS)
          for (const [i, weight] of weighing.entries()) {
            const row = rows[listed[sum * weighing.length + i]! - 1]
            if (row !== undefined) for (let d = 0; d < DIMENSIONS; d++) total[d]! += row.vector[d]! * row.scale * weight
          }
          return cosineOf(total, dense.values)
        })
        const cosines = [...column.cosinesOfSums(listed, weighing, dense)]
        t.is(cosines.length, sums)
        for (const [i, cosine] of cosines.entries()) t.true(Math.abs(cosine - expected[i]!) < 1e-6)
      },
    ),
    { numRuns: propertyRuns(200) },
  )
})

test('vectors that cancel each other out are like nothing', (t) => {
  const column = new VectorColumn(3)
  column.set(1, Int8Array.of(100, -7, 3), 0.01)
  column.set(2, Int8Array.of(-100, 7, -3), 0.02)
  const asked = denseQuery(Float32Array.of(1, 1, 0.3))
  t.deepEqual([...column.cosinesOfSums(Uint32Array.of(1, 2, 9, 9), [1, 0.5], asked)], [0, 0])
})

test('a wiped row has no vector, and its place holds nothing of it', (t) => {
  const column = new VectorColumn(2)
  column.set(1, Int8Array.of(3, 4), 1)
  column.set(2, Int8Array.of(4, 3), 1)
  column.wipe(1)
  const asked = denseQuery(Float32Array.of(3, 4))
  const rows = { mask: Uint8Array.of(0, 1, 1), offset: Float64Array.of(0, 1, 2) }
  t.deepEqual(
    column.topK(asked, rows, 5).map(({ row }) => row),
    [2],
  )
  t.is(column.cosine(1, asked), 0)
  t.is(column.count, 1)
  t.false(column.has(1))
})

test('a vector of another dimension, and a scale that is none, are refused', (t) => {
  const column = new VectorColumn(3)
  t.throws(() => column.set(1, new Int8Array(2), 1), { message: /2 dimensions among vectors of 3/ })
  t.throws(() => column.set(1, new Int8Array(3), 0), { message: /scale of a vector is 0/ })
})

test('a query of any dimension stays within 32 bits when it meets the largest vector', (t) => {
  for (const dimensions of [1, 384, 1536, 4096]) {
    const { values } = denseQuery(new Float32Array(dimensions).fill(1))
    t.true(values.reduce((sum, value) => sum + value * 127, 0) <= 0x7fff_ffff)
    t.true(values[0]! > 4_000)
  }
})
