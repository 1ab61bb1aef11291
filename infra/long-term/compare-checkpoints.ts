import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { Move } from '../../projections/ports/long-term-store.ts'

/**
 * What moving from `from` to `to` comes to in a store that is at `stored`. Offsets are compared before identities, so
 * that a repeat is told from another log by what the two have in common. A store between `from` and `to` (another
 * process cut the same log into other batches) is `behind`: the batch begins anew at its checkpoint.
 */
export function compareCheckpoints(stored: Checkpoint, from: Checkpoint, to: Checkpoint): Move['outcome'] {
  if (stored.foldVersion !== from.foldVersion || stored.foldVersion !== to.foldVersion) return 'other-version'
  if (stored.offset === from.offset) return sameRecord(stored, from) ? 'moved' : 'other-log'
  if (stored.offset === to.offset) return sameRecord(stored, to) ? 'already-applied' : 'other-log'
  return stored.offset > to.offset ? 'already-applied' : 'behind'
}

const sameRecord = (a: Checkpoint, b: Checkpoint): boolean =>
  a.generation === b.generation && a.lastCommandId === b.lastCommandId
