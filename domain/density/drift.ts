import type { Density } from './density.ts'

/** Exposures that each half must have at least: fewer say nothing about where attention moves. */
export const DRIFT_MINIMUM = 4

/**
 * How far the newer half of the exposures stands from the older half: 1 − tr(AB)/√(tr A²·tr B²), A and B the plain means
 * of vvᵀ over each half (an odd one in the middle is left out). 0: the same mixture; 1: nothing in common. `null` with
 * fewer than {@link DRIFT_MINIMUM} exposures a half. `overlaps` as `squaredOverlaps` gives them.
 */
export function drift({ exposures }: Density, overlaps: Float64Array): number | null {
  const half = Math.floor(exposures / 2)
  if (half < DRIFT_MINIMUM) return null
  const older = { from: 0, to: half }
  const newer = { from: exposures - half, to: exposures }
  const sum = (a: Stretch, b: Stretch): number => blockSum(overlaps, exposures, a, b)
  const within = Math.sqrt(sum(older, older) * sum(newer, newer))
  // Rounding may lift nearly identical halves a few bits above 1.
  return Math.max(0, 1 - sum(older, newer) / within)
}

interface Stretch {
  readonly from: number
  readonly to: number
}

/** Σᵢⱼ (vᵢ·vⱼ)², that is tr(AB) but for the halves' size, which cancels out. */
function blockSum(overlaps: Float64Array, exposures: number, a: Stretch, b: Stretch): number {
  let sum = 0
  for (let i = a.from; i < a.to; i++) {
    for (let j = b.from; j < b.to; j++) sum += overlaps[i * exposures + j]!
  }
  return sum
}
