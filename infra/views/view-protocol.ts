import type { DataKeyEntry } from '../../commands/ports/key-store.ts'
import type { Scope } from '../../domain/names.ts'
import type { Problem } from '../../domain/problem.ts'
import type { RemoteQuestion, ViewProgress } from '../../query-api/ports/view-host.ts'
import type { ReadResult, ReadWish } from '../../query-api/view-read.ts'

/** To the thread that holds views. A view has a number that is never used again; a call is answered under its `id`. */
export type ToViews =
  | { readonly kind: 'open'; readonly view: number; readonly scope: Scope }
  /** `question: null`: only load. */
  | {
      readonly kind: 'read'
      readonly view: number
      readonly id: number
      readonly wish: ReadWish
      readonly question: RemoteQuestion | null
    }
  | { readonly kind: 'close'; readonly view: number }
  /** The keys were destroyed: none of them stays opened. */
  | { readonly kind: 'forget-keys'; readonly keyIds: readonly string[] }
  | { readonly kind: 'told'; readonly id: number; readonly told: Told }

/** From that thread. */
export type FromViews =
  | { readonly kind: 'result'; readonly id: number; readonly result: ReadResult<unknown> }
  | { readonly kind: 'refused'; readonly id: number; readonly refusal: Refusal }
  | { readonly kind: 'status'; readonly view: number; readonly progress: ViewProgress; readonly bytes: number }
  | { readonly kind: 'loaded'; readonly rows: number; readonly milliseconds: number }
  | { readonly kind: 'replaced'; readonly bytes: number }
  | { readonly kind: 'fault'; readonly message: string }
  | { readonly kind: 'ask'; readonly id: number; readonly ask: Ask }

/** Errors lose their class on the way between threads: what a caller needs of them goes as data. */
export type Refusal =
  | { readonly problem: Problem }
  /** A bug. */
  | { readonly problem: null; readonly message: string }

/** What that thread asks of the one that opened its views. */
export type Ask =
  | { readonly what: 'fold'; readonly partition: number; readonly offset: number; readonly timeoutMs: number }
  | { readonly what: 'key'; readonly keyId: string }

export type Told =
  | { readonly ok: true; readonly value: boolean | DataKeyEntry | null }
  /** `away`: what was asked did not answer in time. */
  | { readonly ok: false; readonly message: string; readonly away: boolean }

/** One end of a channel between two threads: a `Worker`, a `MessagePort`. */
export interface Channel<Out, In> {
  postMessage(message: Out): void
  on(event: 'message', listener: (message: In) => void): unknown
}
