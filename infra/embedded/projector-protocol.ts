import type { FoldMeasure } from '../../projections/measured-fold.ts'
import type { FoldPosition } from '../telemetry/fold-lag.ts'

/** What the projector's thread opens. */
export interface ProjectorFiles {
  readonly log: string
  readonly state: string
}

/** To the projector's thread: the log of these partitions is longer than it was, or: end. */
export type ProjectorRequest =
  | { readonly kind: 'grown'; readonly partitions: readonly number[] }
  | { readonly kind: 'close' }

/** From the projector's thread. */
export type ProjectorReport =
  | { readonly kind: 'ready'; readonly folded: readonly FoldPosition[] }
  | {
      readonly kind: 'moved'
      readonly partition: number
      readonly position: FoldPosition
      readonly records: number
      readonly measure: FoldMeasure | null
    }
  | { readonly kind: 'refused'; readonly measure: FoldMeasure }
  | { readonly kind: 'dead-letters'; readonly partition: number; readonly count: number }
  | { readonly kind: 'waiting'; readonly partition: number; readonly reason: string }
  | { readonly kind: 'stopped'; readonly partition: number; readonly reason: string }
