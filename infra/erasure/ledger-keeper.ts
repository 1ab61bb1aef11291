import { fillLedger } from '../../commands/fill-ledger.ts'
import type { ErasureLedger } from '../../commands/ports/erasure-ledger.ts'
import type { ErasureLog } from '../../commands/ports/erasure-log.ts'
import { ErasureLoop } from './erasure-loop.ts'

/** What another process erased is in this one's ledger within that. */
const FILLED_EVERY_MS = 600_000
const AGAIN_MS = 10_000

export interface LedgerKeeperDeps {
  readonly erasures: ErasureLog
  readonly ledger: ErasureLedger
  /** Told when it could not be filled; it is tried again soon. */
  readonly onFault: (fault: unknown) => void
  /** Between fillings. Default: ten minutes. */
  readonly everyMs?: number
  /** After one that failed. Default: ten seconds. */
  readonly againMs?: number
}

/**
 * Fills the ledger at once and then again and again. Beside what finishes erasures, not within it: a ledger that lacks very many
 * would keep those waiting.
 */
export class LedgerKeeper {
  readonly #closing = new AbortController()
  readonly #loop: ErasureLoop

  constructor({ erasures, ledger, onFault, everyMs = FILLED_EVERY_MS, againMs = AGAIN_MS }: LedgerKeeperDeps) {
    const { signal } = this.#closing
    this.#loop = new ErasureLoop({
      onFault,
      idleMs: everyMs,
      openMs: againMs,
      step: () =>
        fillLedger(erasures, ledger, signal).then(
          () => 0,
          (fault) => {
            if (!signal.aborted) onFault(fault)
            return 1
          },
        ),
    })
  }

  /** Lets the line that is being written end. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#loop.close()
  }
}
