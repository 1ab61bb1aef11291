import type { RankingProfile, RememberSecret } from '../domain/command.ts'
import type { MemoryRow } from '../domain/memory.ts'
import type { AnalysedMemory } from '../domain/recall/indexed-memory.ts'

/** What a namespace is configured to; an index made for other settings is made anew. */
export interface IndexSettings {
  /** BCP 47 primary language. */
  readonly language: string
  readonly profile: RankingProfile
}

export const DEFAULT_SETTINGS: IndexSettings = { language: 'en', profile: 'auto' }

export const sameSettings = (a: IndexSettings, b: IndexSettings): boolean =>
  a.language === b.language && a.profile === b.profile

/** What a resident view needs of the index that it feeds. */
export interface ViewIndex {
  /**
   * Takes a row as it stands now, whether it is new or was put before; the order of puts must not matter beyond the
   * last one per memory. `secret` is `null` for a tombstone.
   */
  put(row: MemoryRow, secret: RememberSecret | null): void
  /** As `put`, for rows that a `ViewLoader` prepared; an index without it is always loaded on this thread. */
  readonly putAnalysed?: (memory: AnalysedMemory) => void
  /** As `put` of a tombstone. */
  readonly putTombstone?: (memoryId: string) => void
  /** Memories put, tombstones too. */
  readonly size: number
  /** Resident bytes, an estimate. */
  bytes(): number
}

export type MakeIndex<Index extends ViewIndex> = (settings: IndexSettings) => Index
