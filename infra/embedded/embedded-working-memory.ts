import { InProcessWorkingMemory } from '../../projections/working-memory/in-process-working-memory.ts'
import { WorkingMemoryReads } from '../../projections/working-memory/working-memory-reads.ts'
import type { WorkingMemorySource } from '../../projections/working-memory/working-memory-source.ts'
import type { WorkingMemory } from '../../query-api/ports/working-memory.ts'

export interface WorkingMemoryAlarms {
  /** tr ρ is not 1: the state is not what its definition says. */
  traceError(): void
}

/** By construction tr ρ is 1; rounding stays far below this. */
const TRACE_TOLERANCE = 1e-12

/** The query side's port over working memory in process. */
export const embeddedWorkingMemory = (source: WorkingMemorySource, alarms: WorkingMemoryAlarms): WorkingMemory =>
  watchedWorkingMemory(new WorkingMemoryReads(new InProcessWorkingMemory(source)), alarms)

/** `reads` with an eye on what they come upon. */
export function watchedWorkingMemory(reads: WorkingMemory, alarms: WorkingMemoryAlarms): WorkingMemory {
  return {
    async state(scope) {
      const state = await reads.state(scope)
      if (state !== null && Math.abs(state.density.trace - 1) > TRACE_TOLERANCE) alarms.traceError()
      return state
    },
    report: (scope, text) => reads.report(scope, text),
  }
}
