import test from 'ava'
import fc from 'fast-check'
import { RestoringArchive, SavingArchive } from '../../../../domain/recall/columns/index-archive.ts'
import type { DenseRows } from '../../../../domain/recall/dense/compared-vectors.ts'
import { type DenseQuery, denseQuery } from '../../../../domain/recall/dense/dense-query.ts'
import { SIGNS_FROM_VECTORS, VectorColumn } from '../../../../domain/recall/dense/vector-column.ts'
import { propertyRuns } from '../../../support/property-runs.ts'

const DIMENSIONS = 20
const ROWS = SIGNS_FROM_VECTORS + 5_000

/** Half of the vectors stand twice, so that there are ties. */
function valuesOf(number: number): Int8Array {
  let state = Math.imul(Math.ceil(number / 2) + 1, 0x9e3779b1)
  return Int8Array.from({ length: DIMENSIONS }, () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d)
    return (state >> 24) | 1
  })
}

const column = new VectorColumn(DIMENSIONS)
for (let row = 1; row <= ROWS; row++) column.set(row, valuesOf(row), 0.01)
const offset = Float64Array.from({ length: ROWS + 1 }, (_, row) => row * 3)

const queries = fc
  .array(fc.integer({ min: -100, max: 100 }), { minLength: DIMENSIONS, maxLength: DIMENSIONS })
  .map((values) => denseQuery(Float32Array.from(values)))
/** 1 in so many rows may be a hit. */
const masks = fc.constantFrom(1, 2, 7, 40, 900, ROWS * 2).map((of) => {
  return Uint8Array.from({ length: ROWS + 1 }, (_, row) => Number(row % of === of - 1 && row > 0))
})

const byCosine = (from: VectorColumn, rows: Iterable<number>, query: DenseQuery) =>
  [...rows]
    .map((row) => ({ row, cosine: from.cosine(row, query) }))
    .sort((a, b) => b.cosine - a.cosine || offset[a.row]! - offset[b.row]!)

const visibleOf = ({ mask }: DenseRows): number[] => [...mask.keys()].filter((row) => mask[row] === 1)

test('the hits of a large column are the exact order of the rows that its signs call likely, all of them visible', (t) => {
  fc.assert(
    fc.property(queries, masks, fc.integer({ min: 1, max: 60 }), (query, mask, k) => {
      const likely = column.likely(query, { mask, offset })!
      t.true(likely.every((row) => mask[row] === 1))
      t.deepEqual(column.topK(query, { mask, offset }, k), byCosine(column, likely, query).slice(0, k))
    }),
    { numRuns: propertyRuns(20) },
  )
})

test('where fewer rows are visible than are compared exactly, every one of them is', (t) => {
  const mask = Uint8Array.from({ length: ROWS + 1 }, (_, row) => Number(row % 100 === 3))
  const query = denseQuery(Float32Array.from(valuesOf(77)))
  t.deepEqual([...column.likely(query, { mask, offset })!], visibleOf({ mask, offset }))
})

test('the likely rows do not depend on the order in which vectors came, nor on a restart, nor on vectors that left', (t) => {
  const reordered = new VectorColumn(DIMENSIONS)
  for (let row = ROWS + 300; row > ROWS; row--) reordered.set(row, valuesOf(row), 0.01)
  for (let row = ROWS; row >= 1; row--) reordered.set(row, valuesOf(row + 1), 0.5)
  for (let row = 1; row <= ROWS; row++) reordered.set(row, valuesOf(row), 0.01)
  for (let row = ROWS + 1; row <= ROWS + 300; row++) reordered.wipe(row)
  const saved = new SavingArchive()
  column.archive(saved)
  const restored = new VectorColumn(DIMENSIONS)
  restored.archive(new RestoringArchive(new Map([...saved.columns].map(([name, [all]]) => [name, [all!.slice()]]))))
  const rows = {
    mask: new Uint8Array(ROWS + 301).fill(1),
    offset: Float64Array.from({ length: ROWS + 301 }, (_, row) => row * 3),
  }
  fc.assert(
    fc.property(queries, (query) => {
      const likely = column.likely(query, rows)
      t.deepEqual(reordered.likely(query, rows), likely)
      t.deepEqual(restored.likely(query, rows), likely)
    }),
    { numRuns: propertyRuns(20) },
  )
})

test('a column that falls below the bound compares every vector again', (t) => {
  const shrinking = new VectorColumn(2)
  for (let row = 0; row < SIGNS_FROM_VECTORS; row++) shrinking.set(row, Int8Array.of((row % 2) * 200 - 100, 9), 0.01)
  const query = denseQuery(Float32Array.of(1, 0.5))
  const rows = { mask: new Uint8Array(SIGNS_FROM_VECTORS).fill(1), offset: new Float64Array(SIGNS_FROM_VECTORS) }
  t.not(shrinking.likely(query, rows), null)
  shrinking.wipe(5)
  t.is(shrinking.likely(query, rows), null)
})

test('vectors that all lean one way are compared one by one, since their signs say little', (t) => {
  const leaning = new VectorColumn(DIMENSIONS)
  const towards = (row: number): Int8Array => valuesOf(row).map((value) => (value >> 1) + 60)
  for (const values of [valuesOf, towards]) {
    for (let row = 1; row <= SIGNS_FROM_VECTORS; row++) leaning.set(row, values(row), 0.01)
  }
  const query = denseQuery(Float32Array.from(towards(77)))
  const rows = { mask: new Uint8Array(ROWS + 1).fill(1), offset }
  t.is(leaning.likely(query, rows), null)
  for (let row = 1; row <= SIGNS_FROM_VECTORS; row++) leaning.set(row, valuesOf(row), 0.01)
  t.deepEqual(leaning.likely(query, rows)?.length, 2_000)
})
