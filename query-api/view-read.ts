import type { Checkpoint } from '../domain/checkpoint.ts'

/** How a reader wants the view: at least at `offset`; with `allowStale` also when the store does not answer. */
export interface ReadWish {
  readonly offset: number
  readonly allowStale: boolean
}

export interface ReadResult<T> {
  readonly value: T
  readonly checkpoint: Checkpoint
  /** What did not answer, so that this is what was known before; `null`: everything did. */
  readonly without: 'store' | 'keys' | null
}
