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

/**
 * Brings resident views behind the erasures, idle ones too; one that cannot get there is let go. A snapshot of one that is
 * not resident tells too much: it is removed, as a resident view does itself with the first tombstone.
 */
export async function passErasures(
  views: ViewCache<MemoryIndex>,
  erasures: readonly PassedErasure[],
  onFault: (fault: unknown) => void,
): Promise<void> {
  for (const erasure of erasures) {
    try {
      if (views.holds(erasure)) await views.read(erasure, { offset: erasure.offset, allowStale: false }, ONE)
      else await views.forgetSnapshot(erasure)
    } catch (fault) {
      onFault(fault)
      views.drop(erasure)
      // What cannot be removed is not passed: it is tried again.
      await views.forgetSnapshot(erasure)
    }
  }
}
