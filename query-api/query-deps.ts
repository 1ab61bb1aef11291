import type { DefaultAfter } from './freshness.ts'
import type { LongTermReader } from './ports/long-term-reader.ts'
import type { Opener } from './ports/opener.ts'
import type { Progress } from './ports/progress.ts'
import type { QueryEmbedder } from './ports/query-embedder.ts'
import type { ViewHost } from './ports/view-host.ts'
import type { ViewLoader } from './ports/view-loader.ts'
import type { ViewMetrics } from './ports/view-metrics.ts'
import type { WorkingMemory } from './ports/working-memory.ts'
import type { WrittenMemories } from './ports/written-memories.ts'
import type { QueryLimits } from './query-limits.ts'

/** What the query side stands on. */
export interface QueryDeps {
  readonly reader: LongTermReader
  readonly progress: Progress
  readonly opener: Opener
  /** What `allow_stale` answers with while the reader does not answer; default: nothing does. */
  readonly written?: WrittenMemories
  readonly workingMemory: WorkingMemory
  /** Absent: recall is by words. */
  readonly embedder?: QueryEmbedder
  /** Milliseconds since 1970: the instant at which validity is tested. */
  readonly clock: () => number
  /** What a request without `after` waits for: embedded `latest`, in a cluster `none`. */
  readonly defaultAfter: DefaultAfter
  /** Overrides of `defaultQueryLimits`. */
  readonly limits?: Partial<QueryLimits>
  /** Default: every view is loaded on this thread. */
  readonly viewLoader?: ViewLoader
  /** Default: every view lives on this thread. */
  readonly viewHost?: ViewHost
  readonly viewMetrics?: ViewMetrics
  /** Told of a fault that an answer went on without (it says `degraded`). */
  readonly onFault: (fault: unknown) => void
}
