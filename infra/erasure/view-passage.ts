import type { ErasureRow } from '../../domain/erasure/erasure.ts'

export interface ViewPassageDeps {
  /** Erasures that have no receipt yet. */
  readonly openErasures: () => Promise<readonly ErasureRow[]>
  /** Brings the views of this process behind them. */
  readonly passErasures: (rows: readonly ErasureRow[]) => Promise<void>
  readonly onFault: (fault: unknown) => void
  readonly everyMs?: number
  /** How long after a mark its `Erase` is looked for; below what the receipt waits ({@link VIEWS_PASS_WITHIN_MS}). */
  readonly forMs?: number
}

/** Within this, every process has passed an erasure whose keys are marked and that is folded. */
export const VIEWS_PASS_WITHIN_MS = 30_000

const EVERY_MS = 2_000

/**
 * Brings the views of a process behind erasures that another process carries out, idle views too. A mark in `memory.keys`
 * says that there is one; which namespaces it is about is known once long-term memory has folded it.
 */
export class ViewPassage {
  readonly #deps: Required<ViewPassageDeps>
  #until = 0
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> = Promise.resolve()
  #closed = false

  constructor(deps: ViewPassageDeps) {
    this.#deps = { everyMs: EVERY_MS, forMs: VIEWS_PASS_WITHIN_MS, ...deps }
  }

  keysDestroyed(): void {
    this.#until = performance.now() + this.#deps.forMs
    if (this.#timer === null && !this.#closed) this.#next()
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#looking
  }

  #next(): void {
    this.#timer = setTimeout(() => {
      this.#looking = this.#look()
    }, this.#deps.everyMs).unref()
  }

  async #look(): Promise<void> {
    try {
      await this.#deps.passErasures(await this.#deps.openErasures())
    } catch (fault) {
      this.#deps.onFault(fault)
    }
    this.#timer = null
    if (!this.#closed && performance.now() < this.#until) this.#next()
  }
}
