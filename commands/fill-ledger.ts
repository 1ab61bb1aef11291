import { heldPlan, isWhole, ledgerEntry } from './erase-record.ts'
import type { ErasureLedger } from './ports/erasure-ledger.ts'
import type { ErasureLog } from './ports/erasure-log.ts'

/** Erasures that are read in one go. */
const PAGE = 100

/**
 * Notes in the ledger what it lacks of the erasures that long-term memory knows: another process finished them, or the ledger
 * is a new one, or was damaged and lines were taken out of it. One that is not whole yet is noted by whoever finishes it. Ends
 * early when `closing` is aborted.
 */
export async function fillLedger(erasures: ErasureLog, ledger: ErasureLedger, closing: AbortSignal): Promise<void> {
  for (let after = ''; ; ) {
    const page = await erasures.all(after, PAGE)
    for (const erasure of page) {
      if (closing.aborted) return
      if (isWhole(erasure)) await ledger.record(ledgerEntry(heldPlan(erasure)))
    }
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = last.rows[0]!.receiptId
  }
}
