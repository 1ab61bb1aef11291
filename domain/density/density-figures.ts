import { dotAt } from './apply-density.ts'
import type { Density } from './density.ts'

/** tr ρ as the factors have it: 1 within 1e−12, anything else is a fault worth an alarm. O(m·d). */
export function trace(density: Density): number {
  const { dimension, exposures, vectors, weights, rest } = density
  let sum = rest
  for (let j = 0; j < exposures; j++) {
    sum += weights[j]! * dotAt(vectors, j * dimension, vectors, j * dimension, dimension)
  }
  return sum
}

/**
 * tr ρ²: 1/d when nothing was seen, towards 1 when it is one thing over and over. `overlaps` as `squaredOverlaps` gives
 * them.
 */
export function purity(density: Density, overlaps: Float64Array): number {
  const { dimension, exposures, vectors, weights, rest } = density
  let along = 0
  let pairs = 0
  for (let i = 0; i < exposures; i++) {
    along += weights[i]! * dotAt(vectors, i * dimension, vectors, i * dimension, dimension)
    let row = 0
    for (let j = 0; j < exposures; j++) row += weights[j]! * overlaps[i * exposures + j]!
    pairs += weights[i]! * row
  }
  return pairs + (2 * rest * along + rest * rest) / dimension
}

/**
 * The share of the dimensions that ρ effectively spreads over, 1/(d·tr ρ²): 1 when nothing was seen, 1/d when all was one
 * thing. 1/tr ρ² is the participation ratio, the effective number of different things in mind.
 */
export const diversity = (purityOfDensity: number, dimension: number): number => 1 / (dimension * purityOfDensity)
