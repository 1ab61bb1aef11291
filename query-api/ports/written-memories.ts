import type { MemoryRow } from '../../domain/memory.ts'
import type { Scope } from '../../domain/names.ts'

export interface WrittenMemory {
  readonly memoryId: string
  /** Of its `Remember` in the namespace's partition. */
  readonly offset: number
}

/**
 * Memories as the log has them, so as they were written: without the links, rehearsals and corrections that came later. For
 * answers that may be stale while long-term memory does not answer.
 */
export interface WrittenMemories {
  /** In any order; what the log does not hold under that id is left out. Rejects when the log does not answer. */
  written(scope: Scope, wanted: readonly WrittenMemory[]): Promise<readonly MemoryRow[]>
}
