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

/** Rows whose `changed` lies beyond `since` and not beyond `upTo`. */
export interface ChangeRange {
  readonly since: ChangeCursor
  readonly upTo: number
}

/**
 * Reads, opens and analyses the rows of a large namespace somewhere else than on the thread that answers, so that a cold
 * view is there sooner; several pages may be asked for at once. Rejects when that other place fails.
 */
export interface ViewLoader {
  page(scope: Scope, language: string, range: ChangeRange, limit: number): Promise<AnalysedPage>
}
