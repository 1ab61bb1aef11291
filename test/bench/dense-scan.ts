// Search of int8 vectors: node test/bench/dense-scan.ts [--rows 100000] [--dimensions 384] [--queries 20]
// One core. Prints JSON, milliseconds of the thread's time: all products in plain code and by SIMD; the likely rows by their
// signs, and those of two queries in one scan, for each of them; the 50 nearest, exact among those. Beside them the bare reading of all vectors, of which each is also a multiple.
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { denseQuery } from '../../domain/recall/dense/dense-query.ts'
import type { Int8Rows } from '../../domain/recall/dense/int8-rows.ts'
import { PlainRows } from '../../domain/recall/dense/plain-rows.ts'
import { SimdRows } from '../../domain/recall/dense/simd-rows.ts'
import { VectorColumn } from '../../domain/recall/dense/vector-column.ts'
import { percentile, round } from './http-measure.ts'

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    dimensions: { type: 'string', default: '384' },
    queries: { type: 'string', default: '20' },
  },
})
const [ROWS, DIMENSIONS, QUERIES] = [Number(options.rows), Number(options.dimensions), Number(options.queries)]
const K = 50

const vector = new Int8Array(DIMENSIONS)
const valuesOf = (row: number): Int8Array => {
  for (let d = 0; d < DIMENSIONS; d++) vector[d] = Math.imul(row * DIMENSIONS + d + 1, 0x9e3779b1) >> 24
  return vector
}
const queries = Array.from({ length: QUERIES }, (_, n) =>
  denseQuery(Float32Array.from({ length: DIMENSIONS }, (_, d) => Math.sin(n * DIMENSIONS + d))),
)
const mask = new Uint8Array(ROWS).fill(1)
const offset = Float64Array.from(mask, (_, row) => row)

const column = new VectorColumn(DIMENSIONS)
const [plain, simd] = [new PlainRows(DIMENSIONS), new SimdRows(DIMENSIONS)]
for (let row = 0; row < ROWS; row++) for (const rows of [plain, simd]) rows.set(row, valuesOf(row))
for (let row = 0; row < ROWS; row++) column.set(row, valuesOf(row), 0.01)
const bytes = new Float64Array(new Int8Array(plain.all(ROWS)).buffer)

const scan = (rows: Int8Rows) => (n: number) => {
  let sum = 0
  rows.products(queries[n]!.values, mask, ROWS, (_, product) => {
    sum += product
  })
  return sum
}
const read = (): number => {
  let sum = 0
  for (let i = 0; i < bytes.length; i++) sum += bytes[i]!
  return sum
}
const reading = times(read)
const results = {
  plain: times(scan(plain)),
  simd: times(scan(simd)),
  likely: times((n) => column.likely(queries[n]!, { mask, offset })?.length ?? 0),
  likelyOfTwo: times(
    (n) => column.likelyOfTwo(queries[n]!, queries[(n + 1) % QUERIES]!, { mask, offset })?.length ?? 0,
    2,
  ),
  nearest50: times((n) => column.topK(queries[n]!, { mask, offset }, K).length),
}
const ofReading = Object.fromEntries(
  Object.entries(results).map(([name, { p50Ms }]) => [name, round(p50Ms / reading.p50Ms)]),
)
const bytesPerRow = Math.round(column.bytes / ROWS)
const about = { node: process.version, rows: ROWS, dimensions: DIMENSIONS, load: loadavg()[0] }
console.log(JSON.stringify({ ...about, bytesPerRow, reading, ...results, ofReading }, null, 2))

/** Of the thread's own time, so that a busy machine tells the same. `answered`: queries that one piece of work answers. */
function times(work: (n: number) => number, answered = 1) {
  const milliseconds: number[] = []
  for (let n = 0; n < QUERIES; n++) {
    const begun = process.threadCpuUsage()
    work(n)
    const { user, system } = process.threadCpuUsage(begun)
    milliseconds.push((user + system) / 1000 / answered)
  }
  milliseconds.sort((a, b) => a - b)
  return { p50Ms: round(percentile(milliseconds, 0.5)), p95Ms: round(percentile(milliseconds, 0.95)) }
}
