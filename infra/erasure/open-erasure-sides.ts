import { InFlight } from '../../commands/in-flight.ts'
import type { ErasureLog } from '../../commands/ports/erasure-log.ts'
import type { ErasureWitness } from '../../commands/ports/erasure-witness.ts'
import type { KeyCopy } from '../../domain/erasure/receipt.ts'
import { createSubjectsApi } from '../../query-api/create-subjects-api.ts'
import type { SubjectRows } from '../../query-api/ports/subject-rows.ts'
import { loadSigningKey } from '../crypto/signing-key.ts'
import { type ErasureSettings, ledgerPath } from './erasure-settings.ts'
import type { CommandSideParts, ErasureSides } from './erasure-sides.ts'
import { openFileLedger } from './file-ledger.ts'
import { publishedKeys } from './published-keys.ts'
import { startErasure } from './start-erasure.ts'

export interface ErasureSidesDeps extends CommandSideParts {
  readonly settings: ErasureSettings
  readonly erasures: ErasureLog & SubjectRows
  readonly witness: ErasureWitness
  readonly otherKeyCopies: (completedAt: number) => readonly KeyCopy[]
}

/** Both sides of erasure. Rejects when the signing key or the ledger is unusable, or a key cannot be destroyed. */
export async function openErasureSides(deps: ErasureSidesDeps): Promise<ErasureSides> {
  const { dataDir, settings, keyring, erasures } = deps
  const signer = loadSigningKey(dataDir, settings.signingKey)
  const ledger = await openFileLedger(ledgerPath(dataDir, settings))
  try {
    const eraser = await startErasure({
      ...deps,
      vault: keyring,
      subjectKeys: keyring,
      inFlight: new InFlight(),
      namespaces: deps.reader,
      ledger,
      signer,
      backupRetentionDays: settings.backupRetentionDays,
    })
    return {
      eraser,
      subjects: createSubjectsApi({ ...deps, receipts: erasures, rows: erasures, keyIds: keyring }),
      keys: publishedKeys(signer, settings),
      async close() {
        await eraser.close()
        await ledger.close()
      },
    }
  } catch (error) {
    await ledger.close()
    throw error
  }
}
