/** One erasure as the ledger keeps it: enough to apply it to stores that were restored from before it. */
export interface LedgerEntry {
  readonly receiptId: string
  readonly tenant: string
  readonly recordedAt: number
  readonly principal: string
  readonly namespaces: ReadonlyArray<{
    readonly namespace: string
    readonly keyId: string
    /** Hex. */
    readonly requestHmac: string
    readonly keyIds: readonly string[]
  }>
}

/** Erasures outside all backups: what is restored from one must not bring back what was erased after it was made. */
export interface ErasureLedger {
  /** Durable when it resolves; recording the same receipt again changes nothing. */
  record(entry: LedgerEntry): Promise<void>
  entries(): AsyncIterable<LedgerEntry>
}
