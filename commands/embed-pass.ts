import { type Scope, scopeKey } from '../domain/names.ts'
import { type EmbedMemoriesDeps, embedMemories } from './embed-memories.ts'
import type { Embedder } from './ports/embedder.ts'
import type { UnembeddedCursor, UnembeddedMemories } from './ports/unembedded-memories.ts'

export interface EmbedPassDeps extends EmbedMemoriesDeps {
  readonly unembedded: UnembeddedMemories
}

export interface EmbedProgress {
  /** Memories that were looked at. */
  readonly seen: number
  /** Memories that were embedded, their `Embed` in the log. */
  readonly embedded: number
  /** Memories that were counted when the pass began and are still to be embedded; 0 when it has ended. */
  readonly waiting: number
}

/** Memories that are looked at with one statement. */
const PAGE = 1000
/** Memories that are embedded at once. */
const BATCH = 32

/**
 * Goes once through all namespaces and embeds what has no vector of the model. It remembers how far it came: the next
 * pass looks only at what has changed since, and one that was cut off goes on where it was.
 */
export class EmbedPass {
  readonly #deps: EmbedPassDeps
  readonly #embedder: Embedder
  readonly #cursors = new Map<string, UnembeddedCursor>()
  #seen = 0
  #embedded = 0
  #waiting = 0

  constructor(deps: EmbedPassDeps, embedder: Embedder) {
    this.#deps = deps
    this.#embedder = embedder
  }

  get progress(): EmbedProgress {
    return { seen: this.#seen, embedded: this.#embedded, waiting: this.#waiting }
  }

  /** Rejects when a part does not answer. `tell` is called after each batch. */
  async run(signal: AbortSignal, tell: (progress: EmbedProgress) => void = () => undefined): Promise<void> {
    const scopes = await this.#deps.unembedded.scopes()
    await this.#count(scopes, signal)
    tell(this.progress)
    for (const scope of scopes) {
      if (signal.aborted) return
      await this.#namespace(scope, signal, tell)
    }
    // What was counted and not embedded was retired, superseded or erased.
    this.#waiting = 0
    tell(this.progress)
  }

  async #count(scopes: readonly Scope[], signal: AbortSignal): Promise<void> {
    let waiting = 0
    for (const scope of scopes) {
      if (signal.aborted) return
      const since = this.#cursors.get(scopeKey(scope)) ?? null
      waiting += await this.#deps.unembedded.waiting(scope, this.#embedder.model, since)
    }
    this.#waiting = waiting
  }

  async #namespace(scope: Scope, signal: AbortSignal, tell: (progress: EmbedProgress) => void): Promise<void> {
    for (let more = true; more && !signal.aborted; ) {
      const since = this.#cursors.get(scopeKey(scope)) ?? null
      const page = await this.#deps.unembedded.page(scope, this.#embedder.model, since, PAGE)
      for (let at = 0; at < page.memories.length; at += BATCH) {
        if (signal.aborted) return
        const batch = page.memories.slice(at, at + BATCH)
        this.#embedded += await embedMemories(this.#deps, this.#embedder, batch)
        this.#waiting = Math.max(0, this.#waiting - batch.length)
        tell(this.progress)
      }
      this.#seen += page.seen
      this.#cursors.set(scopeKey(scope), page.next)
      more = page.more
      tell(this.progress)
    }
  }
}
