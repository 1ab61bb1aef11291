import { SCAN_PLACES } from '../../domain/recall/dense/kernel/scan-memory.ts'
import type { QueryLimits } from '../../query-api/query-limits.ts'

/** What a thread that holds views reads and opens rows with, as plain data. */
export interface ViewSource {
  readonly rows:
    | { readonly kind: 'sqlite'; readonly state: string; readonly keys: string }
    | { readonly kind: 'postgres'; readonly dsn: string; readonly pooler?: boolean }
  readonly dataDir: string
  /** As configured; `null`: the file in the data directory. */
  readonly masterKey: string | null
  /** Of the vectors that views hold; `null`: none. */
  readonly vectorModel: string | null
  readonly limits: QueryLimits
  /** Threads that rank for the one that holds the views; at most {@link MAX_RANKERS}. */
  readonly rankers: number
}

/** Memories that are scanned have a place for each, and one for the thread that holds them. */
export const MAX_RANKERS = SCAN_PLACES - 1
