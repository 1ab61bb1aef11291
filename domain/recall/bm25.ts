import type { Bm25 } from './recall-weights.ts'

/** Inverse document frequency, above 0 for every term. */
export const idfOf = (documents: number, holding: number): number =>
  Math.log(1 + (documents - holding + 0.5) / (holding + 0.5))

/** The length-dependent part of BM25's denominator is `base + slope · length`. */
export interface Norm {
  readonly base: number
  readonly slope: number
}

export const normOf = ({ k1, b }: Bm25, meanLength: number): Norm => ({
  base: k1 * (1 - b),
  slope: meanLength > 0 ? (k1 * b) / meanLength : 0,
})

/** What a term gives to a document that holds it `count` times. */
export const gain = (idf: number, count: number, length: number, norm: Norm): number =>
  (idf * count) / (count + (norm.base + norm.slope * length))
