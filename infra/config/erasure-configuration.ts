import { resolve } from 'node:path'
import type { ErasureSettings } from '../erasure/erasure-settings.ts'
import { previousPublicKeys } from './previous-public-keys.ts'
import { wholeNumber } from './whole-number.ts'

const MOST_DAYS = 3_650

/** How erasures are proven and kept. Throws a `ConfigurationError` that names the setting at fault. */
export function erasureConfiguration(values: ReadonlyMap<string, string>): Omit<ErasureSettings, 'signingKey'> {
  const ledger = values.get('SOMABRAIN_ERASURE_LEDGER')
  const days = values.get('SOMABRAIN_BACKUP_RETENTION_DAYS') ?? ''
  return {
    previousPublicKeys: previousPublicKeys(values.get('SOMABRAIN_SIGNING_PUBLIC_KEYS_FILE')),
    erasureLedger: ledger === undefined ? null : resolve(ledger),
    backupRetentionDays: wholeNumber('SOMABRAIN_BACKUP_RETENTION_DAYS', days, 0, MOST_DAYS),
  }
}
