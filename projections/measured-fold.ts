import type { LongTermStore } from './ports/long-term-store.ts'
import type { WorkingMemoryStore } from './ports/working-memory-store.ts'
import type { FoldResult, Projection } from './projection.ts'

/** What a batch took. */
export interface FoldMeasure {
  readonly partition: number
  readonly outcome: FoldResult['outcome']
  /** Records that were offered. */
  readonly records: number
  /** From the offer to the answer, milliseconds: reading, folding, committing. */
  readonly foldMs: number
  /** Of that, the store's move; 0 when it did not come to one. */
  readonly commitMs: number
}

/**
 * Measures a projection and the commits of its store, without either knowing. A partition's batches are folded one after the
 * other, so the last commit of a partition is that of its batch.
 */
export class FoldStopwatch {
  readonly #now: () => number
  readonly #commitMs = new Map<number, number>()

  /** `now`: milliseconds of a clock that does not go back. */
  constructor(now: () => number) {
    this.#now = now
  }

  longTermStore(store: LongTermStore): LongTermStore {
    return {
      checkpoint: (partition) => store.checkpoint(partition),
      load: (needs) => store.load(needs),
      move: (partition, from, to, changes) => this.#timed(partition, () => store.move(partition, from, to, changes)),
    }
  }

  workingMemoryStore(store: WorkingMemoryStore): WorkingMemoryStore {
    return {
      load: (partition, scopes) => store.load(partition, scopes),
      move: (partition, request) => this.#timed(partition, () => store.move(partition, request)),
      halt: (partition, missing) => store.halt(partition, missing),
    }
  }

  projection(projection: Projection, report: (measure: FoldMeasure) => void): Projection {
    return {
      name: projection.name,
      checkpoint: (partition) => projection.checkpoint(partition),
      commandIdOf: (record) => projection.commandIdOf(record),
      fold: async (partition, from, records) => {
        this.#commitMs.delete(partition)
        const begun = this.#now()
        const result = await projection.fold(partition, from, records)
        const foldMs = this.#now() - begun
        const commitMs = this.#commitMs.get(partition) ?? 0
        report({ partition, outcome: result.outcome, records: records.length, foldMs, commitMs })
        return result
      },
    }
  }

  async #timed<T>(partition: number, move: () => Promise<T>): Promise<T> {
    const begun = this.#now()
    try {
      return await move()
    } finally {
      this.#commitMs.set(partition, (this.#commitMs.get(partition) ?? 0) + this.#now() - begun)
    }
  }
}
