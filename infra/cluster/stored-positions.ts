import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { FoldPosition } from '../telemetry/fold-lag.ts'
import { everyPartition } from './cluster-parts.ts'

const EVERY_MS = 1_000

/** Where a fold stands as its store says, looked at now and then: also a process that does not fold sees one that is stuck. */
export class StoredPositions {
  readonly #checkpoint: (partition: number) => Promise<Checkpoint>
  readonly #everyMs: number
  #positions: readonly FoldPosition[] | null = null
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(checkpoint: (partition: number) => Promise<Checkpoint>, everyMs: number = EVERY_MS) {
    this.#checkpoint = checkpoint
    this.#everyMs = everyMs
  }

  /** Begins to look, and goes on through outages until {@link close}. */
  start(): void {
    void this.#look()
  }

  /** `null` while the store does not say. */
  position(partition: number): FoldPosition | null {
    return this.#positions?.[partition] ?? null
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  async #look(): Promise<void> {
    try {
      this.#positions = await Promise.all(everyPartition.map((partition) => this.#checkpoint(partition)))
    } catch {
      // Health asks the same store, and says what is wrong.
      this.#positions = null
    }
    if (!this.#closed) this.#timer = setTimeout(() => void this.#look(), this.#everyMs).unref()
  }
}
