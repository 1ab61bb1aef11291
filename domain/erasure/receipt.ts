import type { ErasureRow } from './erasure.ts'

/** A physical copy of the wrapped keys that outlives the erasure, and until when. */
export interface KeyCopy {
  readonly copy: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export interface ReceiptFacts {
  readonly rows: readonly ErasureRow[]
  /** Of each row's `Erase`, as clients get positions. */
  readonly positions: readonly string[]
  readonly completedAt: number
  readonly copies: readonly KeyCopy[]
}

const instant = (ms: number): string => new Date(ms).toISOString()

/**
 * What was erased, as plain JSON and without a word of whose it was: the receipt's id is what ties it to a person. At least
 * one row.
 */
export function receiptOf({ rows, positions, completedAt, copies }: ReceiptFacts) {
  const first = rows[0]!
  return {
    type: 'somabrain.erasure-receipt',
    version: 1,
    receipt_id: first.receiptId,
    tenant: first.tenant,
    requested_by: first.principal,
    requested_at: instant(first.recordedAt),
    completed_at: instant(completedAt),
    memories: rows.reduce((sum, { memories }) => sum + memories, 0),
    namespaces: rows.map(({ namespace, memories, keyIds }, i) => ({
      namespace,
      memories,
      destroyed_keys: [...keyIds],
      position: positions[i]!,
    })),
    remaining_key_copies: copies.map(({ copy, expiresAt }) => ({ copy, expires_at: instant(expiresAt) })),
    unrecoverable_from: instant(Math.max(completedAt, ...copies.map(({ expiresAt }) => expiresAt))),
  }
}

export type ErasureReceipt = ReturnType<typeof receiptOf>
