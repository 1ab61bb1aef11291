import type { Bm25 } from '../../../domain/recall/recall-weights.ts'

/** BM25 written out (S. Robertson & H. Zaragoza, The Probabilistic Relevance Framework, 2009), sharing nothing with the index. */
export const referenceIdf = (documents: number, holding: number): number =>
  Math.log(1 + (documents - holding + 0.5) / (holding + 0.5))

export interface ReferenceNorm extends Bm25 {
  readonly meanLength: number
}

export function referenceGain(
  idf: number,
  count: number,
  length: number,
  { k1, b, meanLength }: ReferenceNorm,
): number {
  const perTerm = meanLength > 0 ? (k1 * b) / meanLength : 0
  return (idf * count) / (count + (k1 * (1 - b) + perTerm * length))
}
