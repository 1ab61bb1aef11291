import type { Scope } from '../domain/names.ts'
import type { MemoryIndex } from './memory-index.ts'
import type { ViewCache } from './view-cache.ts'

/** An `Erase` that long-term memory has folded. */
export interface PassedErasure extends Scope {
  readonly offset: number
}

/** The newest one, whatever its time: the cheapest question there is, since what counts is that the view catches up. */
const ONE = {
  ask: 'list',
  args: [
    {
      filter: null,
      asOf: { valid: Number.MIN_SAFE_INTEGER, validAsked: false, known: null },
      beforeOffset: null,
      limit: 1,
    },
  ],
} as const satisfies Parameters<ViewCache<MemoryIndex>['read']>[2]

/** Brings resident views behind the erasures, idle ones too; one that cannot get there is let go. */
export async function passErasures(
  views: ViewCache<MemoryIndex>,
  erasures: readonly PassedErasure[],
  onFault: (fault: unknown) => void,
): Promise<void> {
  for (const erasure of erasures) {
    if (!views.holds(erasure)) continue
    try {
      await views.read(erasure, { offset: erasure.offset, allowStale: false }, ONE)
    } catch (fault) {
      onFault(fault)
      views.drop(erasure)
    }
  }
}
