import type { DenseQuery } from './dense-query.ts'
import type { Int8Rows } from './int8-rows.ts'

/** What is left of a sum beside its parts is rounding, below this. */
const NOTHING = 1e-12

/**
 * Cosines of a query with weighted sums of rows, without making a sum: all that is needed are products of the rows with the
 * query and with each other, which are whole numbers and exact. `rows`: as many for each sum as there are weights; a row
 * of zeros adds nothing. `scales`: by row.
 */
export function sumCosines(
  rows: Uint32Array,
  weights: readonly number[],
  { values, scales }: { readonly values: Int8Rows; readonly scales: Float32Array },
  query: DenseQuery,
): Float64Array {
  const width = weights.length
  const pairs = pairsWithin(width)
  const dots = values.productsOf(query.values, rows)
  const inner = values.productsOfPairs(pairedRows(rows, width, pairs))
  const cosines = new Float64Array(rows.length / width)
  const factors = new Float64Array(width)
  for (let sum = 0, from = 0, at = 0; sum < cosines.length; sum++, from += width) {
    let dot = 0
    for (let i = 0; i < width; i++) {
      factors[i] = weights[i]! * scales[rows[from + i]!]!
      dot += factors[i]! * dots[from + i]!
    }
    let [squares, most] = [0, 0]
    for (const [a, b] of pairs) {
      const square = factors[a]! * factors[b]! * inner[at++]!
      squares += a === b ? square : 2 * square
      if (a === b) most += square
    }
    cosines[sum] = squares > most * NOTHING ? (dot / Math.sqrt(squares)) * query.inverseNorm : 0
  }
  return cosines
}

/** Each of `width` with itself and with those after it. */
const pairsWithin = (width: number): ReadonlyArray<readonly [number, number]> =>
  Array.from({ length: width }, (_, a) => Array.from({ length: width - a }, (_, b) => [a, a + b] as const)).flat()

function pairedRows(rows: Uint32Array, width: number, pairs: ReadonlyArray<readonly [number, number]>): Uint32Array {
  const paired = new Uint32Array((rows.length / width) * pairs.length * 2)
  let at = 0
  for (let from = 0; from < rows.length; from += width) {
    for (const [a, b] of pairs) {
      paired[at++] = rows[from + a]!
      paired[at++] = rows[from + b]!
    }
  }
  return paired
}
