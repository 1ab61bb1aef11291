import type { QueryLimits } from '../../query-api/query-limits.ts'

/** What a thread that holds views reads and opens rows with, as plain data. */
export interface ViewSource {
  readonly rows:
    | { readonly kind: 'sqlite'; readonly state: string; readonly keys: string }
    | { readonly kind: 'postgres'; readonly dsn: string }
  readonly dataDir: string
  /** As configured; `null`: the file in the data directory. */
  readonly masterKey: string | null
  /** Of the vectors that views hold; `null`: none. */
  readonly vectorModel: string | null
  readonly limits: QueryLimits
}
