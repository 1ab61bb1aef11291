import type { MemoryRow } from '../../domain/memory.ts'
import type { Scope } from '../../domain/names.ts'

/** Rows of long-term memory by whose they are. Rejects when it does not answer. */
export interface SubjectRows {
  /** Memories under one data key behind the offset `after` (−1: from the first), in the order of the log. */
  underKey(scope: Scope, keyId: string, after: number, limit: number): Promise<readonly MemoryRow[]>
}
