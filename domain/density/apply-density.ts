import type { Density } from './density.ts'

/** ρq in O(m·d), without the matrix. */
export function applyDensity(density: Density, q: Float64Array): Float64Array {
  const { dimension, exposures, vectors, weights, rest } = density
  const result = new Float64Array(dimension)
  const floor = rest / dimension
  for (let k = 0; k < dimension; k++) result[k] = floor * q[k]!
  for (let j = 0; j < exposures; j++) {
    const at = j * dimension
    const share = weights[j]! * dotAt(vectors, at, q, 0, dimension)
    for (let k = 0; k < dimension; k++) result[k] = result[k]! + share * vectors[at + k]!
  }
  return result
}

/** vᵀρv in O(m·d): how much of ρ lies along `v`, 0–1 for a unit vector. */
export function expectation(density: Density, v: Float64Array): number {
  const { dimension, exposures, vectors, weights, rest } = density
  let sum = (rest / dimension) * dotAt(v, 0, v, 0, dimension)
  for (let j = 0; j < exposures; j++) {
    const overlap = dotAt(vectors, j * dimension, v, 0, dimension)
    sum += weights[j]! * overlap * overlap
  }
  return sum
}

/** 1 − vᵀρv of a unit vector: near 1 for what was not met lately, near 0 for what alone was met. */
export const novelty = (density: Density, v: Float64Array): number => 1 - expectation(density, v)

/**
 * Inner product of d numbers of `a` from `i` and of `b` from `j`. In four sums, added in a fixed order: one sum would wait
 * for each addition before the next.
 */
export function dotAt(a: Float64Array, i: number, b: Float64Array, j: number, d: number): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  for (let k = 0; k < d; k += 4) {
    s0 += a[i + k]! * b[j + k]!
    s1 += a[i + k + 1]! * b[j + k + 1]!
    s2 += a[i + k + 2]! * b[j + k + 2]!
    s3 += a[i + k + 3]! * b[j + k + 3]!
  }
  return s0 + s1 + (s2 + s3)
}
