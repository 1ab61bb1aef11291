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
 * tr ρ²: 1/d when nothing was seen, towards 1 when it is one thing over and over. From the Gram matrix of the factors, in
 * O(m²·d): keep it when it is asked for again.
 */
export function purity(density: Density): number {
  const { dimension, exposures, vectors, weights, rest } = density
  let along = 0
  let pairs = 0
  for (let i = 0; i < exposures; i++) {
    const own = dotAt(vectors, i * dimension, vectors, i * dimension, dimension)
    along += weights[i]! * own
    pairs += weights[i]! * weights[i]! * own * own
    for (let j = 0; j < i; j++) {
      const overlap = dotAt(vectors, i * dimension, vectors, j * dimension, dimension)
      pairs += 2 * weights[i]! * weights[j]! * overlap * overlap
    }
  }
  return pairs + (2 * rest * along + rest * rest) / dimension
}

/**
 * The share of the dimensions that ρ effectively spreads over, 1/(d·tr ρ²): 1 when nothing was seen, 1/d when all was one
 * thing. 1/tr ρ² is the participation ratio, the effective number of different things in mind.
 */
export const diversity = (purityOfDensity: number, dimension: number): number => 1 / (dimension * purityOfDensity)
