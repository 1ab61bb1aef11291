import { setTimeout as pause } from 'node:timers/promises'

export interface ErasureLoopDeps {
  /** Takes open erasures a step on, and resolves to how many are left open. */
  readonly step: () => Promise<number>
  readonly onFault: (fault: unknown) => void
  /** Between steps while an erasure is open. */
  readonly openMs?: number
  /** Between looks for erasures that another process left behind. */
  readonly idleMs?: number
}

const DEFAULT_OPEN_MS = 250
const DEFAULT_IDLE_MS = 10_000
/** After its beginning an erasure is not seen until it is folded. */
const FOLDED_WITHIN_MS = 10_000

/** Finishes erasures in the background, for as long as the process lives. A step that fails is taken again. */
export class ErasureLoop {
  readonly #deps: Required<ErasureLoopDeps>
  readonly #closing = new AbortController()
  #nudged = Promise.withResolvers<void>()
  #expectedUntil = 0
  readonly #ended: Promise<void>

  constructor(deps: ErasureLoopDeps) {
    this.#deps = { openMs: DEFAULT_OPEN_MS, idleMs: DEFAULT_IDLE_MS, ...deps }
    this.#ended = this.#run()
  }

  /** An erasure has begun: it is not left until the next look. */
  nudge(): void {
    this.#expectedUntil = performance.now() + FOLDED_WITHIN_MS
    this.#nudged.resolve()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#ended
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      this.#nudged = Promise.withResolvers()
      const open = await this.#step()
      if (signal.aborted) return
      const { openMs, idleMs } = this.#deps
      if (open > 0 || performance.now() < this.#expectedUntil) await this.#rest(openMs)
      else await this.#rest(idleMs, this.#nudged.promise)
    }
  }

  async #step(): Promise<number> {
    try {
      return await this.#deps.step()
    } catch (fault) {
      if (!this.#closing.signal.aborted) this.#deps.onFault(fault)
      return 0
    }
  }

  async #rest(ms: number, sooner: Promise<void> = new Promise(() => {})): Promise<void> {
    const over = new AbortController()
    const signal = AbortSignal.any([this.#closing.signal, over.signal])
    await Promise.race([sooner, pause(ms, undefined, { signal, ref: false }).catch(() => undefined)])
    over.abort()
  }
}
