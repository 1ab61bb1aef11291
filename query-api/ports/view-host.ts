import type { Scope } from '../../domain/names.ts'
import type { ReadResult, ReadWish } from '../view-read.ts'

/** A question whose index is somewhere else: the name of one of its methods, and the arguments. */
export interface RemoteQuestion {
  readonly ask: PropertyKey
  readonly args: readonly unknown[]
}

export interface ViewProgress {
  readonly ready: boolean
  readonly rows: number
  /** Rows when the load is done; `null` when that is not known. */
  readonly of: number | null
}

/** What a hosted view tells whoever opened it. */
export interface HostedViewListener {
  /** It may have grown, or nobody reads it any more. */
  changed(): void
  /** What held it has ended: it is gone, and every read that was under way is refused. */
  lost(): void
}

/** A namespace's view on another thread. */
export interface HostedView {
  readonly progress: ViewProgress
  /** Resident bytes, as it said last. */
  readonly bytes: number
  /** Reads are under way. */
  readonly inUse: boolean
  /** Resolves when the view stands. Rejects with a `ProblemError`, as reads do. */
  load(): Promise<void>
  /** Answers as a `ResidentView` does. Rejects with `view_lost` when its thread ends. */
  read(wish: ReadWish, question: RemoteQuestion): Promise<ReadResult<unknown>>
  /** Gives its memory back. */
  close(): void
}

/** Holds the views of large namespaces away from the thread that answers, whose event loop then never waits for them. */
export interface ViewHost {
  open(scope: Scope, listener: HostedViewListener): HostedView
  /** Removes what is on disk of a namespace whose view is not open here. */
  forgetSnapshot(scope: Scope): Promise<void>
}
