import type { Scope } from '../names.ts'

/** The share of one namespace in an erasure, with what its `Erase` carries beside the tenant. */
export interface ErasePart {
  readonly namespace: string
  /** Data key of the part's request HMAC: the namespace's own, which outlives the subject's. */
  readonly keyId: string
  readonly requestHmac: Uint8Array
  /** Every data key that the subject ever had in the namespace, rivals too. */
  readonly keyIds: readonly string[]
}

/** What an `Erase` came to in long-term memory. */
export interface ErasureRow extends Scope {
  readonly partition: number
  readonly offset: number
  readonly commandId: string
  readonly receiptId: string
  readonly principal: string
  readonly recordedAt: number
  readonly keyIds: readonly string[]
  readonly parts: readonly ErasePart[]
  /** Memories that became tombstones by it. */
  readonly memories: number
}

/**
 * The parts that hold: those that folded `Erase`s brought. Attempts of one request have one id and may name other keys, when
 * something was written between them; of each namespace the first in the log counts, and only its keys are erased.
 */
export const heldParts = (rows: readonly ErasureRow[]): readonly ErasePart[] =>
  rows.flatMap(({ namespace, keyIds, parts }) =>
    parts.filter((part) => part.namespace === namespace).map((part) => ({ ...part, keyIds })),
  )

/** The signed receipt of a complete erasure, as its `Attest` brought it. */
export interface ReceiptRow extends Scope {
  readonly partition: number
  readonly offset: number
  readonly receiptId: string
  readonly document: string
}
