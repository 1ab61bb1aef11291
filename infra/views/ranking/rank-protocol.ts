import type { LentColumns } from '../../../domain/recall/columns/column-lending.ts'
import type { LentJob } from '../../../domain/recall/lent-index.ts'
import type { RankedRow } from '../../../domain/recall/ranking/rank-rows.ts'
import type { Channel } from '../view-protocol.ts'

/** To a thread that ranks for the one that holds the views. */
export type ToRanker =
  /** `lent`: what is new of the view's columns; `job` is ranked by them, `null`: they are only taken. Answered under the `id`. */
  | {
      readonly kind: 'rank'
      readonly view: number
      readonly id: number
      readonly lent: LentColumns
      readonly job: LentJob | null
    }
  /** Nothing of the view stays. */
  | { readonly kind: 'left'; readonly view: number }

/** From that thread; a job that fails ends it. */
export interface FromRanker {
  readonly id: number
  readonly rows: readonly RankedRow[]
  /** Resident bytes that the view takes there. */
  readonly bytes: number
}

export type RankerChannel = Channel<ToRanker, FromRanker>
