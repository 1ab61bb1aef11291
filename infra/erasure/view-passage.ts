import type { ErasureRow } from '../../domain/erasure/erasure.ts'

export interface ViewPassageDeps {
  /** Erasures that have no receipt yet. */
  readonly openErasures: () => Promise<readonly ErasureRow[]>
  /** Brings the views of this process behind them. */
  readonly passErasures: (rows: readonly ErasureRow[]) => Promise<void>
  /** Brings views and snapshots behind whatever was ever erased: some of it may have had its receipt meanwhile. */
  readonly passAll: () => Promise<void>
  readonly onFault: (fault: unknown) => void
  /** Milliseconds since some instant, also of a pause of the whole machine. */
  readonly clock: () => number
  /** Between looks while keys are being destroyed. */
  readonly everyMs?: number
  /** How long after a mark its `Erase` is looked for so often. */
  readonly forMs?: number
  /** Between looks otherwise; below what the receipt waits ({@link VIEWS_PASS_WITHIN_MS}). */
  readonly idleMs?: number
}

/** Within this, every process has passed an erasure whose keys are marked and that is folded. */
export const VIEWS_PASS_WITHIN_MS = 30_000

const EVERY_MS = 2_000
const IDLE_MS = 10_000

/**
 * Brings the views of a process behind erasures that another process carries out, idle views too, and removes snapshots
 * that hold what was erased. A mark in `memory.keys` says that there is one; which namespaces it is about is known once
 * long-term memory has folded it, which may be late, so it looks without a mark too.
 *
 * An erasure is open for {@link VIEWS_PASS_WITHIN_MS} after it is folded, so whoever looks more often misses none. A process
 * that did not (it was down or paused, or the store did not answer it) passes everything instead.
 */
export class ViewPassage {
  readonly #deps: Required<ViewPassageDeps>
  #markedUntil = Number.NEGATIVE_INFINITY
  /** When the last look began that came to its end. */
  #lookedAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> = Promise.resolve()
  #closed = false

  constructor(deps: ViewPassageDeps) {
    this.#deps = { everyMs: EVERY_MS, forMs: VIEWS_PASS_WITHIN_MS, idleMs: IDLE_MS, ...deps }
  }

  /** Resolves when everything is passed that was erased while this process was not there. Rejects when that cannot be had. */
  async start(): Promise<void> {
    await this.#pass()
    this.#next()
  }

  keysDestroyed(): void {
    const wasMarked = performance.now() < this.#markedUntil
    this.#markedUntil = performance.now() + this.#deps.forMs
    // Marks that follow one another must not put the look off.
    if (!wasMarked && this.#timer !== null) this.#next()
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#looking
  }

  /** Sets the timer of the next look, in the place of the one that is set. */
  #next(): void {
    if (this.#closed) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    const { everyMs, idleMs } = this.#deps
    const pauseMs = performance.now() < this.#markedUntil ? everyMs : idleMs
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#looking = this.#look()
    }, pauseMs).unref()
  }

  async #look(): Promise<void> {
    try {
      await this.#pass()
    } catch (fault) {
      this.#deps.onFault(fault)
    }
    this.#next()
  }

  async #pass(): Promise<void> {
    const { clock, openErasures, passErasures, passAll } = this.#deps
    const from = clock()
    const open = await openErasures()
    // Asked behind the answer: a process may be paused while it waits for one.
    if (clock() - this.#lookedAt < VIEWS_PASS_WITHIN_MS) await passErasures(open)
    else await passAll()
    this.#lookedAt = from
  }
}
