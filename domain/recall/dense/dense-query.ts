/** A query's vector as scans read it: integers, so that sums are exact and the same in whatever order they are made. */
export interface DenseQuery {
  readonly values: Int16Array
  /** 1 / the length of `values`; 0 for a vector of zeros, which is like nothing. */
  readonly inverseNorm: number
}

const MAX_INT8 = 127
const MAX_INT16 = 0x7fff
const MAX_INT32 = 0x7fff_ffff

/** Sixteen bits, or fewer where a product with an int8 vector of as many dimensions would not fit 32. */
export function denseQuery(vector: Float32Array): DenseQuery {
  const most = Math.min(MAX_INT16, Math.floor(MAX_INT32 / (MAX_INT8 * vector.length)))
  let largest = 0
  for (const value of vector) largest = Math.max(largest, Math.abs(value))
  const step = largest === 0 ? 0 : most / largest
  const values = Int16Array.from(vector, (value) => Math.round(value * step))
  let squares = 0
  for (const value of values) squares += value * value
  return { values, inverseNorm: squares === 0 ? 0 : 1 / Math.sqrt(squares) }
}
