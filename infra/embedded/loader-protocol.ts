import type { Scope } from '../../domain/names.ts'
import type { ChangeRange } from '../../query-api/ports/view-loader.ts'
import type { PackedPage } from './packed-page.ts'

/** What the loader's thread opens. */
export interface LoaderFiles {
  readonly dataDir: string
  readonly keys: string
  readonly state: string
  /** As configured; `null`: the file in the data directory. */
  readonly masterKey: string | null
  /** Of the vectors that rows come with; `null`: none. */
  readonly vectorModel: string | null
}

export interface LoaderRequest {
  readonly id: number
  readonly scope: Scope
  readonly language: string
  readonly range: ChangeRange
  readonly limit: number
}

export type LoaderReply =
  | { readonly id: number; readonly page: PackedPage }
  | { readonly id: number; readonly error: string }
