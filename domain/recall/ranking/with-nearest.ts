import type { DenseRows } from '../dense/compared-vectors.ts'
import { DENSE_CANDIDATES } from '../recall-weights.ts'
import type { DenseSearch } from './dense-signals.ts'

/** The rows that the words found, and those nearest in meaning. */
export function withNearest(found: readonly number[], dense: DenseSearch | null, rows: DenseRows): readonly number[] {
  if (dense === null) return found
  const nearest = dense.vectors.topK(dense.query, rows, DENSE_CANDIDATES).map(({ row }) => row)
  return [...new Set([...found, ...nearest])]
}
