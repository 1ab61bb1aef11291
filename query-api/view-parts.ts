import type { Scope } from '../domain/names.ts'
import type { LongTermReader } from './ports/long-term-reader.ts'
import type { Opener } from './ports/opener.ts'
import type { Progress } from './ports/progress.ts'
import type { ViewHost } from './ports/view-host.ts'
import type { ViewLoader } from './ports/view-loader.ts'
import type { ViewMetrics } from './ports/view-metrics.ts'
import type { ViewSnapshots } from './ports/view-snapshots.ts'
import type { QueryLimits } from './query-limits.ts'
import type { Turns } from './turns.ts'
import type { MakeIndex, ViewIndex } from './view-index.ts'

/** What the views of a cache are made of. `reader` is guarded: it rejects with a `ProblemError` only. */
export interface ViewParts<Index extends ViewIndex> {
  readonly reader: LongTermReader
  readonly opener: Opener
  readonly progress: Pick<Progress, 'waitForFold'>
  readonly metrics: ViewMetrics
  readonly limits: QueryLimits
  /** `null`: every view is loaded on this thread. */
  readonly loader: ViewLoader | null
  /** `null`: every view lives on this thread. */
  readonly host: ViewHost | null
  /** `null`: every view is loaded from its rows. */
  readonly snapshots: ViewSnapshots<Index> | null
  /** Told of a fault that the view went on without. */
  readonly onFault: (fault: unknown) => void
  readonly makeIndex: MakeIndex<Index>
  readonly turns: Turns
  /** Called when a view may have grown, and when nobody reads it any more. */
  readonly changed: (scope: Scope) => void
}
