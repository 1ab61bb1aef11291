import type { LinkRow, MemoryRow, NamespaceRow } from '../memory.ts'
import type { Scope } from '../names.ts'
import type { OutcomeRow } from '../outcome.ts'

/** What a fold must know of the present state before it can decide about a batch. */
export interface LongTermNeeds {
  readonly commandIds: readonly string[]
  /** Memory ids are unique over all namespaces: they derive from tenant and namespace. */
  readonly memoryIds: readonly string[]
  readonly links: ReadonlyArray<Scope & { readonly from: string; readonly rel: string; readonly to: string }>
  readonly scopes: readonly Scope[]
}

/** The present state, as far as it was asked for; what does not exist is absent. */
export interface LongTermState {
  readonly outcomes: readonly OutcomeRow[]
  readonly memories: readonly MemoryRow[]
  readonly links: readonly LinkRow[]
  readonly namespaces: readonly NamespaceRow[]
}

/** Bytes of the log that no schema of ours can read: set aside, whole, and the fold goes on. */
export interface DeadLetter {
  readonly partition: number
  readonly offset: number
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly reason: string
}

/** What a batch comes to: rows as they stand afterwards, each at most once. */
export interface LongTermChanges {
  readonly memories: readonly MemoryRow[]
  readonly links: readonly LinkRow[]
  readonly namespaces: readonly NamespaceRow[]
  /** One for each record but `Genesis` and dead letters, in offset order. */
  readonly outcomes: readonly OutcomeRow[]
  readonly deadLetters: readonly DeadLetter[]
}
