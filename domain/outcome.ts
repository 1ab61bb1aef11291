import type { Scope } from './names.ts'

/**
 * What a command came to. `duplicate`: the same command was folded before. `conflict`: another request had this id.
 * `repeated`: what it says is remembered already, as `memoryId`; nothing changed. `refused`: it was understood and cannot be applied; nothing changed.
 */
export type Outcome =
  | { readonly status: 'stored' }
  | { readonly status: 'duplicate' }
  | { readonly status: 'conflict' }
  | { readonly status: 'repeated'; readonly memoryId: string }
  | { readonly status: 'refused'; readonly reason: Refusal }

export type Refusal =
  | 'unknown_memory'
  | 'supersedes_unknown'
  | 'supersedes_not_later'
  | 'not_retired'
  | 'already_retired'
  | 'unknown_link'
  | 'erased'

/** An outcome as the store keeps it: by position, indexed by command id. */
export interface OutcomeRow extends Scope {
  readonly partition: number
  readonly offset: number
  readonly commandId: string
  readonly commandType: string
  readonly memoryId: string | null
  readonly requestHmac: Uint8Array
  readonly knownAt: number
  readonly outcome: Outcome
}
