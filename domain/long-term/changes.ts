import type { ErasureRow, ReceiptRow } from '../erasure/erasure.ts'
import type { LinkRow, MemoryRow, NamespaceRow } from '../memory.ts'
import type { Scope } from '../names.ts'
import type { OutcomeRow } from '../outcome.ts'

/** A data key of a namespace. */
export interface ScopedKey extends Scope {
  readonly keyId: string
}

/** A content under a data key of a namespace. */
export interface ScopedContent extends ScopedKey {
  readonly contentHmac: Uint8Array
}

/** What a fold must know of the present state before it can decide about a batch. */
export interface LongTermNeeds {
  readonly commandIds: readonly string[]
  /** Memory ids are unique over all namespaces: they derive from tenant and namespace. */
  readonly memoryIds: readonly string[]
  readonly links: ReadonlyArray<Scope & { readonly from: string; readonly rel: string; readonly to: string }>
  readonly scopes: readonly Scope[]
  /** Memories that say these are wanted, too. Absent: none. */
  readonly contents?: readonly ScopedContent[]
  /** Absent: the batch has nothing that is under a data key. */
  readonly keys?: {
    /** Whether they are erased. */
    readonly used: readonly ScopedKey[]
    /** And how many memories stand under them. */
    readonly erasing: readonly ScopedKey[]
  }
}

/** A data key, with the memories that stand under it and are no tombstones; `null` when that was not asked for. */
export interface KeyRow extends ScopedKey {
  readonly erased: boolean
  readonly memories: { readonly all: number; readonly live: number } | null
}

/** The present state, as far as it was asked for; what does not exist is absent. */
export interface LongTermState {
  readonly outcomes: readonly OutcomeRow[]
  /** Each once, whatever it was asked for by. */
  readonly memories: readonly MemoryRow[]
  readonly links: readonly LinkRow[]
  readonly namespaces: readonly NamespaceRow[]
  /** Keys that are erased or being erased; absent when none was asked for. */
  readonly keys?: readonly KeyRow[]
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
  /**
   * After it wrote `memories`, a store makes tombstones of what still stands under their keys; `changed` is the erasure's
   * offset. Absent: none.
   */
  readonly erasures?: readonly ErasureRow[]
  /** Absent: none. */
  readonly receipts?: readonly ReceiptRow[]
}
