// How many of the nearest the signs find: node test/bench/dense-recall.ts [--rows 200000] [--queries 100]
//   [--vectors rows.int8 --texts node_modules,/usr/share/doc --sections 60000] [--shift 0.7]
// Clustered random vectors of 384 dimensions; with --vectors real ones, of sections of the texts below the folders (needs the
// model of `npm run model:minilm`; kept in that file). --shift gives all vectors a direction in common, of so many of their lengths,
// as some models do. Prints JSON: by depth, how many per cent of the exact 10 and 50 nearest are among the likely rows.
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { CommonDirection } from '../../domain/recall/dense/common-direction.ts'
import { type DenseQuery, denseQuery } from '../../domain/recall/dense/dense-query.ts'
import { LikelyRows } from '../../domain/recall/dense/likely-rows.ts'
import { SignCodes } from '../../domain/recall/dense/sign-codes.ts'
import { SimdRows } from '../../domain/recall/dense/simd-rows.ts'
import { TopRows } from '../../domain/recall/dense/top-rows.ts'
import { ClusteredVectors } from './clustered-vectors.ts'
import { round } from './http-measure.ts'
import { realVectors } from './real-vectors.ts'
import { shiftedBy } from './shifted-vectors.ts'

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    queries: { type: 'string', default: '100' },
    vectors: { type: 'string' },
    texts: { type: 'string', default: 'node_modules,/usr/share/doc' },
    sections: { type: 'string', default: '60000' },
    shift: { type: 'string', default: '0' },
  },
})
const DIMENSIONS = 384
const SHARES = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04]
const queryCount = Number(options.queries)
const shifted = shiftedBy(Number(options.shift), DIMENSIONS)

const { rows, read, queries } = options.vectors === undefined ? clustered() : await real(options.vectors)
const [simd, codes] = [new SimdRows(DIMENSIONS), new SignCodes(DIMENSIONS)]
const [mask, offset] = [new Uint8Array(rows).fill(1), Float64Array.from({ length: rows }, (_, row) => row)]
const inverseNorms = new Float64Array(rows)
const common = new CommonDirection(DIMENSIONS)
const values = new Int8Array(DIMENSIONS)
for (let row = 0; row < rows; row++) {
  read(row, values)
  shifted(values)
  common.add(values)
  simd.set(row, values)
  codes.set(row, values)
  inverseNorms[row] = values.reduce((sum, value) => sum + value * value, 0) ** -0.5
}

const found = SHARES.map(() => ({ of10: 0, of50: 0 }))
for (const query of queries) {
  const exact = nearest(query)
  for (const [i, share] of SHARES.entries()) {
    const likely = new Set(likelyRows(query, share))
    found[i]!.of10 += exact.slice(0, 10).filter((row) => likely.has(row)).length / 10
    found[i]!.of50 += exact.filter((row) => likely.has(row)).length / exact.length
  }
}
const percent = (sum: number): number => round((sum / queries.length) * 100)
const recall = SHARES.map((share, i) => ({
  share,
  rows: Math.ceil(rows * share),
  of10: percent(found[i]!.of10),
  of50: percent(found[i]!.of50),
}))
const kind = options.vectors === undefined ? 'clustered' : 'real'
const about = { kind, rows, queries: queries.length, commonDirection: round(common.share) }
console.log(JSON.stringify({ ...about, recall, load: loadavg()[0] }, null, 2))

function nearest(query: DenseQuery): number[] {
  const top = new TopRows(50, offset)
  simd.products(query.values, mask, rows, (row, product) => top.offer(row, product * inverseNorms[row]!))
  return top.best().map(({ row }) => row)
}

function likelyRows(query: DenseQuery, share: number): Uint32Array {
  const likely = new LikelyRows(Math.ceil(rows * share), offset)
  codes.scan([{ query: query.values, likely }], mask, rows)
  return likely.rows()
}

function clustered() {
  const vectors = new ClusteredVectors(DIMENSIONS)
  const into = new Int8Array(DIMENSIONS)
  const asked = Array.from({ length: queryCount }, (_, n) => {
    vectors.write(-n - 1, into)
    return denseQuery(Float32Array.from(shifted(into)))
  })
  return {
    rows: Number(options.rows),
    read: (row: number, to: Int8Array): void => vectors.write(row, to),
    queries: asked,
  }
}

async function real(file: string) {
  const all = await realVectors(options.texts.split(','), Number(options.sections), file)
  const of = (vectors: Int8Array, n: number) => vectors.subarray(n * DIMENSIONS, (n + 1) * DIMENSIONS)
  const count = all.queries.length / DIMENSIONS
  return {
    rows: all.rows.length / DIMENSIONS,
    read: (row: number, to: Int8Array): void => to.set(of(all.rows, row)),
    queries: Array.from({ length: Math.min(queryCount, count) }, (_, n) =>
      denseQuery(Float32Array.from(shifted(of(all.queries, Math.floor((n * count) / Math.min(queryCount, count)))))),
    ),
  }
}
