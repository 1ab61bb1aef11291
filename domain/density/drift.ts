import { dotAt } from './apply-density.ts'
import type { Density } from './density.ts'

/** Exposures that each half must have at least: fewer say nothing about where attention moves. */
export const DRIFT_MINIMUM = 4

/**
 * How far the newer half of the exposures stands from the older half: 1 − tr(AB)/√(tr A²·tr B²), A and B the plain means
 * of vvᵀ over each half (an odd one in the middle is left out). 0: the same mixture; 1: nothing in common. `null` with
 * fewer than {@link DRIFT_MINIMUM} exposures a half. O(m²·d).
 */
export function drift(density: Density): number | null {
  const half = Math.floor(density.exposures / 2)
  if (half < DRIFT_MINIMUM) return null
  const older = { from: 0, to: half }
  const newer = { from: density.exposures - half, to: density.exposures }
  const across = overlap(density, older, newer)
  const within = Math.sqrt(overlap(density, older, older) * overlap(density, newer, newer))
  // Rounding may lift nearly identical halves a few bits above 1.
  return Math.max(0, 1 - across / within)
}

interface Stretch {
  readonly from: number
  readonly to: number
}

/** Σᵢⱼ (vᵢ·vⱼ)², that is tr(AB) but for the halves' size, which cancels out. */
function overlap(density: Density, a: Stretch, b: Stretch): number {
  const { dimension, vectors } = density
  let sum = 0
  for (let i = a.from; i < a.to; i++) {
    for (let j = b.from; j < b.to; j++) {
      const inner = dotAt(vectors, i * dimension, vectors, j * dimension, dimension)
      sum += inner * inner
    }
  }
  return sum
}
