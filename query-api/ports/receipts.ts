import type { ErasureRow } from '../../domain/erasure/erasure.ts'

/** Erasures and their receipts, as long-term memory has folded them. Rejects when it does not answer. */
export interface Receipts {
  /** `null`: none of that id within the tenant is folded. */
  erasure(
    tenant: string,
    receiptId: string,
  ): Promise<{ readonly rows: readonly ErasureRow[]; readonly document: string | null } | null>
}
