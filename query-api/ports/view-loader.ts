import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { Scope } from '../../domain/names.ts'
import type { AnalysedMemory } from '../../domain/recall/indexed-memory.ts'
import type { ChangeCursor } from './long-term-reader.ts'

/** Rows of a page of changes, opened, and their texts analysed. */
export interface AnalysedPage {
  /** Of the namespace's partition, read in the same statement as the rows. */
  readonly checkpoint: Checkpoint
  readonly memories: readonly AnalysedMemory[]
  /** Rows that are erased, or whose key was destroyed. */
  readonly tombstones: readonly string[]
  /** A row of the page could not be opened and is no tombstone. */
  readonly keyMissing: boolean
  /** Where the next page begins; `null` with the last one. */
  readonly next: ChangeCursor | null
}

/**
 * Reads, opens and analyses the rows of a large namespace somewhere else than on the thread that answers, so that a cold
 * view is there in half the time. Rejects when that other place fails.
 */
export interface ViewLoader {
  page(scope: Scope, language: string, since: ChangeCursor, limit: number): Promise<AnalysedPage>
}
