import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { Scope } from '../../domain/names.ts'
import type { Factor, FactorHead, HeldMemory } from '../../domain/working-memory/working-memory.ts'
import type { Move } from './long-term-store.ts'

/** The working memory of a namespace, and which long-term memory it was made from: another one may have decided otherwise. */
export interface NamespaceState<F extends FactorHead = FactorHead> {
  /** Generation of the log at the time of its seed. */
  readonly generation: string
  /** Fold version of long-term memory. */
  readonly longTermVersion: number
  readonly memory: HeldMemory<F>
}

/**
 * Names exactly one state of a partition in the store. Every move makes another; so does a store that lost its contents
 * and was filled again, even up to the same checkpoint.
 */
export type Revision = string

export interface LoadedNamespaces {
  /** Offset −1 for a partition that the store knows nothing of. */
  readonly checkpoint: Checkpoint
  readonly revision: Revision
  /** One a scope, in the order asked; `null` for what is not there. Exposures come without their sums. */
  readonly namespaces: readonly (NamespaceState | null)[]
}

/** A namespace that a batch changed. Exposures that are not in `before` must have their sums. */
export interface NamespaceChange {
  readonly scope: Scope
  /** What stands at the revision moved from; `null`: whatever stands is replaced. */
  readonly before: NamespaceState | null
  readonly after: NamespaceState<FactorHead | Factor>
}

export interface MoveRequest {
  /** The state that `changes` were made from. */
  readonly revision: Revision
  readonly from: Checkpoint
  readonly to: Checkpoint
  readonly changes: readonly NamespaceChange[]
}

export type WorkingMemoryMove =
  | { readonly outcome: 'moved'; readonly revision: Revision }
  | Exclude<Move, { readonly outcome: 'moved' }>

/** The data key that stops a partition, until it is there again. */
export interface MissingKey {
  readonly scope: Scope
  readonly keyId: string
}

/**
 * Where working memory is kept. Checkpoint and namespaces move in one atomic step, by compare-and-set on the revision.
 * Each namespace has its own position, at or beyond the checkpoint: a seed jumps ahead. All methods reject, in bounded
 * time, when the store does not answer.
 */
export interface WorkingMemoryStore {
  /** Checkpoint and namespaces of one instant. */
  load(partition: number, scopes: readonly Scope[]): Promise<LoadedNamespaces>
  /** Writes if, and only if, the partition still is at `revision` and that is at `from`. */
  move(partition: number, request: MoveRequest): Promise<WorkingMemoryMove>
  /** Tells readers of a namespace that its partition waits for a data key; the next move takes it back. */
  halt(partition: number, missing: MissingKey): Promise<void>
}

/** What a reader finds of a namespace, with the partition's checkpoint of the same instant. */
export type StoredNamespace =
  | { readonly outcome: 'held'; readonly checkpoint: Checkpoint; readonly state: NamespaceState<Factor> }
  /**
   * `beginning` names the store's present filling of the partition: as long as it stays the same, no record that this
   * filling has passed touched the namespace. `null` when that is not known.
   */
  | { readonly outcome: 'absent'; readonly checkpoint: Checkpoint; readonly beginning: string | null }
  /** A data key of what is held was destroyed: what moves up in its place is not known here. */
  | { readonly outcome: 'key-destroyed'; readonly checkpoint: Checkpoint }
  | { readonly outcome: 'key-missing'; readonly checkpoint: Checkpoint; readonly keyId: string }

/** Reads of what a {@link WorkingMemoryStore} keeps. They reject, in bounded time, when the store does not answer. */
export interface WorkingMemoryStoreReader {
  checkpoint(partition: number): Promise<Checkpoint>
  /** The same state object as before when nothing changed since. */
  read(scope: Scope): Promise<StoredNamespace>
  /** Namespaces of a partition that are held, in any order. */
  namespaces(partition: number): Promise<readonly Scope[]>
}
