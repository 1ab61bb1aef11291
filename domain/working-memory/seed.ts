import { DENSITY_RANK } from '../density/density.ts'
import { itemOf, withItem } from './held-items.ts'
import type { Factor, LiveMemory, WorkingMemory, WorkingMemoryItem } from './working-memory.ts'

/**
 * Working memory at `position` from the live rows there: the definition that every fold has to meet. Neither order matters.
 * `exposures` may be only the last 256 of them.
 */
export function seedWorkingMemory(
  position: number,
  live: Iterable<LiveMemory>,
  exposures: readonly Factor[],
): WorkingMemory {
  let items: readonly WorkingMemoryItem[] = []
  for (const memory of live) items = withItem(items, itemOf(memory))
  const factors = exposures.toSorted((a, b) => a.offset - b.offset).slice(-DENSITY_RANK)
  return { position, items, factors }
}
