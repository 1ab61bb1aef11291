import { DataKeyMissingError } from '../../projections/working-memory/data-key-missing-error.ts'
import { InProcessWorkingMemory } from '../../projections/working-memory/in-process-working-memory.ts'
import { WorkingMemoryReads } from '../../projections/working-memory/working-memory-reads.ts'
import type { WorkingMemorySource } from '../../projections/working-memory/working-memory-source.ts'
import type { WorkingMemory } from '../../query-api/ports/working-memory.ts'

/** The query side's port over working memory in process. A missing data key raises the alarm; its error passes through. */
export function embeddedWorkingMemory(source: WorkingMemorySource, onKeyMissing: () => void): WorkingMemory {
  const reads = new WorkingMemoryReads(new InProcessWorkingMemory(source))
  const watched = async <T>(read: Promise<T>): Promise<T> => {
    try {
      return await read
    } catch (error) {
      if (error instanceof DataKeyMissingError) onKeyMissing()
      throw error
    }
  }
  return {
    state: (scope) => watched(reads.state(scope)),
    report: (scope, text) => watched(reads.report(scope, text)),
  }
}
