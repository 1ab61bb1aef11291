import { readFileSync } from 'node:fs'
import test from 'ava'
import fc from 'fast-check'
import { RestoringArchive, SavingArchive } from '../../../../domain/recall/columns/index-archive.ts'
import { denseQuery } from '../../../../domain/recall/dense/dense-query.ts'
import { PlainRows } from '../../../../domain/recall/dense/plain-rows.ts'
import { SimdRows } from '../../../../domain/recall/dense/simd-rows.ts'
import { SIMD_FROM_ROWS, VectorColumn } from '../../../../domain/recall/dense/vector-column.ts'
import { assembledKernel, type KernelName, kernels } from '../../../../scripts/assemble-kernel.ts'
import { propertyRuns } from '../../../support/property-runs.ts'

const int8 = fc.integer({ min: -128, max: 127 })

const someRows = fc.integer({ min: 1, max: 70 }).chain((dimensions) =>
  fc.record({
    dimensions: fc.constant(dimensions),
    rows: fc.array(fc.array(int8, { minLength: dimensions, maxLength: dimensions }), { minLength: 1, maxLength: 40 }),
    query: fc.array(fc.integer({ min: -32_767, max: 32_767 }), { minLength: dimensions, maxLength: dimensions }),
    mask: fc.array(fc.nat(1), { minLength: 40, maxLength: 40 }),
  }),
)

const productsOf = (rows: PlainRows | SimdRows, query: Int16Array, mask: Uint8Array, end: number) => {
  const products: Array<[number, number]> = []
  rows.products(query, mask, end, (row, product) => products.push([row, product]))
  return products
}

/** Of the rows whose mask is 1, last first, and once more. */
const listedProducts = (rows: PlainRows | SimdRows, query: Int16Array, mask: Uint8Array, end: number) => {
  const listed = [...mask.subarray(0, end).keys()].filter((row) => mask[row] === 1).reverse()
  return rows.productsOf(query, Uint32Array.from([...listed, ...listed]))
}

/** Of every row with every row. */
const pairs = (end: number) =>
  Uint32Array.from(Array.from({ length: end * end }, (_, i) => [Math.floor(i / end), i % end]).flat())

test('SIMD gives the products of the plain rows, bit for bit, for every dimension and mask', (t) => {
  fc.assert(
    fc.property(someRows, ({ dimensions, rows, query, mask }) => {
      const [plain, simd] = [new PlainRows(dimensions), new SimdRows(dimensions)]
      for (const kind of [plain, simd])
        for (const [row, values] of rows.entries()) kind.set(row, Int8Array.from(values))
      const asked = [Int16Array.from(query), Uint8Array.from(mask), rows.length] as const
      t.deepEqual(productsOf(simd, ...asked), productsOf(plain, ...asked))
      t.deepEqual(listedProducts(simd, ...asked), listedProducts(plain, ...asked))
      t.deepEqual(simd.productsOfPairs(pairs(rows.length)), plain.productsOfPairs(pairs(rows.length)))
      for (const row of rows.keys()) t.deepEqual(simd.get(row), plain.get(row))
    }),
    { numRuns: propertyRuns(200) },
  )
})

/** Rows beyond several blocks, some without a vector. */
function largeColumn() {
  const column = new VectorColumn(33)
  const values = (row: number) => Int8Array.from({ length: 33 }, (_, d) => ((row * 31 + d * d * 7) % 255) - 127)
  for (let row = 1; row < 3 * SIMD_FROM_ROWS; row += 1) if (row % 7 !== 0) column.set(row, values(row), 0.01)
  return column
}

const mask = new Uint8Array(3 * SIMD_FROM_ROWS).fill(1)
const offset = Float64Array.from(mask, (_, row) => row)
const asked = denseQuery(Float32Array.from({ length: 33 }, (_, d) => Math.sin(d)))

test('a column that outgrew its plain rows still finds the nearest of all, those from before too', (t) => {
  const column = largeColumn()
  const all = [...mask.keys()]
    .filter((row) => column.has(row))
    .map((row) => ({ row, cosine: column.cosine(row, asked) }))
  all.sort((a, b) => b.cosine - a.cosine || a.row - b.row)
  t.deepEqual(column.topK(asked, { mask, offset }, 50), all.slice(0, 50))
  const listed = column.cosines(
    Uint32Array.from(all, ({ row }) => row),
    asked,
  )
  t.deepEqual(
    [...listed],
    all.map(({ cosine }) => cosine),
  )
  column.wipe(all[0]!.row)
  t.deepEqual(column.topK(asked, { mask, offset }, 50), all.slice(1, 51))
})

test('a large column comes back from an archive as it was', (t) => {
  const column = largeColumn()
  const saved = new SavingArchive()
  column.archive(saved)
  const restored = new VectorColumn(33)
  restored.archive(new RestoringArchive(new Map([...saved.columns].map(([name, [all]]) => [name, [all!.slice()]]))))
  t.deepEqual(restored.topK(asked, { mask, offset }, 50), column.topK(asked, { mask, offset }, 50))
  t.is(restored.count, column.count)
})

for (const name of Object.keys(kernels) as KernelName[]) {
  test(`the committed module of ${name} is what its source assembles to`, async (t) => {
    const committed = readFileSync(`domain/recall/dense/kernel/${name}-module.ts`, 'utf8')
    t.is(committed, await assembledKernel(name))
  })
}
