import { fillLedger } from '../../commands/fill-ledger.ts'
import type { ErasureLedger } from '../../commands/ports/erasure-ledger.ts'
import type { ErasureLog } from '../../commands/ports/erasure-log.ts'

/** What another process erased is in this one's ledger within that. */
export const LEDGER_FILLED_EVERY_MS = 600_000

/** To be called often: fills the ledger the first time, and again whenever it is time. One that fails is done again at the next call. */
export function ledgerKeeper(
  erasures: ErasureLog,
  ledger: ErasureLedger,
  clock: () => number = () => performance.now(),
): () => Promise<void> {
  let nextAt = Number.NEGATIVE_INFINITY
  return async () => {
    if (clock() < nextAt) return
    await fillLedger(erasures, ledger)
    nextAt = clock() + LEDGER_FILLED_EVERY_MS
  }
}
