import type { ComparedVectors, DenseRows } from '../dense/compared-vectors.ts'
import { DENSE_CANDIDATES } from '../recall-weights.ts'
import type { DenseSearch } from './dense-signals.ts'

/** The rows that the words found, and those nearest in meaning. `likely`: of {@link ComparedVectors.likely}. */
export function withNearest(
  found: readonly number[],
  { query, vectors }: DenseSearch,
  rows: DenseRows,
  likely: Uint32Array | null,
): readonly number[] {
  const nearest = vectors.topK(query, rows, DENSE_CANDIDATES, likely).map(({ row }) => row)
  return [...new Set([...found, ...nearest])]
}
