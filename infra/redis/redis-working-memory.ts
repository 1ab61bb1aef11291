import { setTimeout as pause } from 'node:timers/promises'
import type { WorkingMemoryStoreReader } from '../../projections/ports/working-memory-store.ts'
import { StoredWorkingMemory } from '../../projections/working-memory/stored-working-memory.ts'
import { WorkingMemoryReads } from '../../projections/working-memory/working-memory-reads.ts'
import type { WorkingMemoryFeed } from '../../projections/working-memory/working-memory-source.ts'
import type { WorkingMemory } from '../../query-api/ports/working-memory.ts'
import { type WorkingMemoryAlarms, watchedWorkingMemory } from '../embedded/embedded-working-memory.ts'

/**
 * The query side's port over working memory in Redis. A state waits a moment for the fold to pass what long-term memory
 * holds, so that who saw a memory stored finds it in mind; a report, which is part of a recall, does not. Both reject in
 * bounded time when Redis does not answer.
 */
export function redisWorkingMemory(
  reader: WorkingMemoryStoreReader,
  source: Omit<WorkingMemoryFeed, 'outcomes'>,
  alarms: WorkingMemoryAlarms,
): WorkingMemory {
  const stored = new StoredWorkingMemory(reader, source, { pause: (ms) => pause(ms) })
  const reads = new WorkingMemoryReads(stored)
  const upToDate: WorkingMemory = {
    async state(scope) {
      await stored.caughtUp(scope)
      return reads.state(scope)
    },
    report: (scope, text) => reads.report(scope, text),
  }
  return watchedWorkingMemory(upToDate, alarms)
}
