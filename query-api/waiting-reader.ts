import type { Checkpoint } from '../domain/checkpoint.ts'
import type { RemoteQuestion } from './ports/view-host.ts'
import type { ReadResult, ReadWish } from './view-read.ts'

/** Somebody who waits to read a view. */
export interface WaitingReader {
  readonly wish: ReadWish
  /** What is asked, where that is plain data. */
  readonly question: RemoteQuestion | null
  /** Rounds begun when it came. */
  readonly since: number
  /** Whether it was found to be ahead of the store once, and waited for it. */
  readonly hasWaited: boolean
  /** Reads the index, which stands at `checkpoint`, and settles the caller's promise; `null`: that is done. Throws as reading does. */
  readonly serve: (checkpoint: Checkpoint, as: ReadAs) => Promise<void> | null
  readonly refuse: (reason: unknown) => void
}

export interface ReadAs {
  readonly without: ReadResult<unknown>['without']
  /** What those ask who wait behind this one. */
  readonly others: readonly RemoteQuestion[]
}
