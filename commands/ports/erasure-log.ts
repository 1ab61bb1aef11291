import type { ErasureRow } from '../../domain/erasure/erasure.ts'

/** An erasure as far as long-term memory has folded it. */
export interface FoldedErasure {
  /** In the order of their positions: one for each `Erase`. */
  readonly rows: readonly ErasureRow[]
  /** The signed receipt; `null` until it is complete. */
  readonly document: string | null
}

/** Erasures as long-term memory knows them: a fold of the log, and so lost with nothing else. Rejects when it does not answer. */
export interface ErasureLog {
  /** `null`: none of that id within the tenant is folded. */
  erasure(tenant: string, receiptId: string): Promise<FoldedErasure | null>
  /** Erasures of all tenants that have no receipt yet, oldest first, behind as many of them as `skip`, default 0. */
  open(limit: number, skip?: number): Promise<readonly FoldedErasure[]>
  /** Erasures of all tenants, in the order of their receipts' ids, behind `after` (`''`: from the first). */
  all(after: string, limit: number): Promise<readonly FoldedErasure[]>
  /** Ids of keys that any `Erase` ever named, in their order, behind `after` (`''`: from the first). */
  erasedKeyIds(after: string, limit: number): Promise<readonly string[]>
}
