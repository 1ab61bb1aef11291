import type { Density } from './density.ts'

/**
 * (vᵢ·vⱼ)² of every two exposures, m × m row by row, symmetric: what purity and drift are made of. O(m²·d), a few
 * milliseconds at m = 256: compute it once and hand it to both.
 */
export function squaredOverlaps(density: Density): Float64Array {
  const m = density.exposures
  const overlaps = new Float64Array(m * m)
  for (let i = 0; i < m; i++) fillRow(density, i, overlaps)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < i; j++) overlaps[j * m + i] = overlaps[i * m + j]!
  }
  return overlaps
}

/** Row `i` up to its diagonal, four columns at a time: each number of vᵢ is loaded once for four products. */
function fillRow({ dimension, exposures, vectors }: Density, i: number, overlaps: Float64Array): void {
  const row = i * dimension
  for (let j = 0; j <= i; j += 4) {
    const [a, b, c, d] = [j, Math.min(j + 1, i), Math.min(j + 2, i), Math.min(j + 3, i)]
    const [atA, atB, atC, atD] = [a * dimension, b * dimension, c * dimension, d * dimension]
    let [s0, s1, s2, s3] = [0, 0, 0, 0]
    for (let k = 0; k < dimension; k++) {
      const x = vectors[row + k]!
      s0 += x * vectors[atA + k]!
      s1 += x * vectors[atB + k]!
      s2 += x * vectors[atC + k]!
      s3 += x * vectors[atD + k]!
    }
    overlaps[i * exposures + a] = s0 * s0
    overlaps[i * exposures + b] = s1 * s1
    overlaps[i * exposures + c] = s2 * s2
    overlaps[i * exposures + d] = s3 * s3
  }
}
