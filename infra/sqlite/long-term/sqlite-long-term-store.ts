import type { DeadLetter } from '../../../domain/long-term/changes.ts'
import type { LongTermStore } from '../../../projections/ports/long-term-store.ts'
import type { LongTermCounts } from '../../long-term/long-term-counts.ts'
import { naming } from '../data-dir/check-store.ts'
import { openForWriting, type WriteTuning } from '../data-dir/open-database.ts'
import { checkpointRead } from './checkpoint-table.ts'
import { countRows } from './count-rows.ts'
import { deadLetterListing } from './dead-letter-table.ts'
import { stateLoad } from './load-state.ts'
import { checkpointMove } from './move-checkpoint.ts'
import { scopeTable } from './scope-table.ts'
import { hashState } from './state-hash.ts'
import { stateSchema } from './state-schema.ts'

/**
 * Not synchronous = full: a lost move is folded again, rows and checkpoint together. A write-ahead log of 16 MiB, because
 * the indexes of random ids touch the same pages batch after batch and each is copied into the file once per checkpoint;
 * a longer one measured no faster and would have to be read at the start after a kill.
 */
export const STATE_TUNING: WriteTuning = { synchronous: 'normal', checkpointBytes: 16 << 20, cacheBytes: 64 << 20 }

/** Long-term memory in state.db, for the one thread that folds. node:sqlite is synchronous: its promises are settled. */
export interface SqliteLongTermStore extends LongTermStore {
  /** Of all rows and checkpoints, in canonical order: equal for equal state, however it came about. Hex. */
  stateHash(): string
  counts(): LongTermCounts
  /** Dead letters behind (partition, offset); begin with (0, −1). */
  deadLetters(after: { partition: number; offset: number }, limit: number): readonly DeadLetter[]
  close(): void
}

/** Opens a file that {@link prepareState} found ready. */
export function openSqliteLongTermStore(file: string): SqliteLongTermStore {
  const database = openForWriting(file, STATE_TUNING)
  const scopes = scopeTable(database)
  const checkpoint = checkpointRead(database)
  const load = stateLoad(database, scopes)
  const move = checkpointMove(database, scopes)
  const deadLetters = deadLetterListing(database)
  const guarded = <Result>(work: () => Result): Result => naming(file, stateSchema, work)
  return {
    checkpoint: async (partition) => guarded(() => checkpoint(partition)),
    load: async (needs) => guarded(() => load(needs)),
    move: async (partition, from, to, changes) => guarded(() => move(partition, from, to, changes)),
    stateHash: () => guarded(() => hashState(database)),
    counts: () => guarded(() => countRows(database)),
    deadLetters: (after, limit) => guarded(() => deadLetters(after, limit)),
    close: () => database.close(),
  }
}
