import { join } from 'node:path'

/** How erasures are proven and kept. */
export interface ErasureSettings {
  /** Signs receipts: PEM, or 32 bytes as base64 or hex; `null`: the key file of the data directory, made when there is none. */
  readonly signingKey: string | null
  /** Public keys (PEM) of signing keys of before, for receipts that they signed. */
  readonly previousPublicKeys: readonly string[]
  /** The ledger's file; `null`: `erasures.ledger` in the data directory, which backups leave out. */
  readonly erasureLedger: string | null
  /** How long a backup that may hold a wrapped key is kept. */
  readonly backupRetentionDays: number
}

export const defaultErasureSettings: ErasureSettings = {
  signingKey: null,
  previousPublicKeys: [],
  erasureLedger: null,
  backupRetentionDays: 30,
}

export const ledgerPath = (dataDir: string, { erasureLedger }: Pick<ErasureSettings, 'erasureLedger'>): string =>
  erasureLedger ?? join(dataDir, 'erasures.ledger')
