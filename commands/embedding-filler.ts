import { setTimeout as delay } from 'node:timers/promises'
import { EmbedPass, type EmbedPassDeps } from './embed-pass.ts'
import type { Embedder } from './ports/embedder.ts'

export interface EmbeddingFillerDeps extends EmbedPassDeps {
  readonly embedder: Embedder
  /** Told why a pass ended early. */
  readonly onFault: (fault: unknown) => void
  /** Told how many memories wait for a vector; `null` when another process is at it. */
  readonly onWaiting?: (memories: number | null) => void
}

export interface EmbeddingFillerOptions {
  /** Between two passes; after one that failed twice as long each time, up to {@link maxPauseMs}. */
  readonly pauseMs: number
  readonly maxPauseMs: number
}

export const defaultFillerOptions: EmbeddingFillerOptions = { pauseMs: 15_000, maxPauseMs: 120_000 }

/**
 * Gives memories their vectors afterwards, in the background: those that were accepted while the embedder was away, and
 * those of a store whose embedder is another now. One batch is under way at a time, so that it costs requests little.
 */
export class EmbeddingFiller {
  readonly #deps: EmbeddingFillerDeps
  readonly #options: EmbeddingFillerOptions
  readonly #pass: EmbedPass
  readonly #closed = new AbortController()
  readonly #ended: Promise<void>

  constructor(deps: EmbeddingFillerDeps, options: EmbeddingFillerOptions = defaultFillerOptions) {
    this.#deps = deps
    this.#options = options
    this.#pass = new EmbedPass(deps, deps.embedder)
    this.#ended = this.#run()
  }

  /** Resolves when the batch that is under way is in the log. */
  async close(): Promise<void> {
    this.#closed.abort()
    await this.#ended
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed
    let pause = this.#options.pauseMs
    while (await elapsed(pause, signal)) {
      try {
        const ran = await this.#deps.unembedded.alone(() =>
          this.#pass.run(signal, ({ waiting }) => this.#deps.onWaiting?.(waiting)),
        )
        if (!ran) this.#deps.onWaiting?.(null)
        pause = this.#options.pauseMs
      } catch (fault) {
        if (!signal.aborted) this.#deps.onFault(fault)
        pause = Math.min(pause * 2, this.#options.maxPauseMs)
      }
    }
  }
}

/** False when it was cut short. */
const elapsed = (ms: number, signal: AbortSignal): Promise<boolean> =>
  delay(ms, undefined, { signal, ref: false }).then(
    () => true,
    () => false,
  )
