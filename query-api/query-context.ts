import type { DefaultAfter } from './freshness.ts'
import type { MemoryIndex } from './memory-index.ts'
import type { LongTermReader } from './ports/long-term-reader.ts'
import type { Opener } from './ports/opener.ts'
import type { Progress } from './ports/progress.ts'
import type { QueryEmbedder } from './ports/query-embedder.ts'
import type { WorkingMemory } from './ports/working-memory.ts'
import type { WrittenMemories } from './ports/written-memories.ts'
import type { QueryLimits } from './query-limits.ts'
import type { ViewCache } from './view-cache.ts'

/** What every query works with. */
export interface QueryContext {
  /** Guarded: rejects with `store_unavailable`. */
  readonly reader: LongTermReader
  readonly progress: Progress
  readonly opener: Opener
  readonly written: WrittenMemories | null
  readonly views: ViewCache<MemoryIndex>
  readonly workingMemory: WorkingMemory
  /** `null`: recall is by words. */
  readonly embedder: QueryEmbedder | null
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly defaultAfter: DefaultAfter
  readonly limits: QueryLimits
  /** Told why an answer is degraded. */
  readonly onFault: (fault: unknown) => void
}
