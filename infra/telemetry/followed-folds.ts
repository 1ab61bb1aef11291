import { PARTITIONS } from '../../domain/partition.ts'
import { FoldLag, type FoldPosition, type Lag } from './fold-lag.ts'

export interface FollowedFold {
  /** Where a partition's fold stands; `null`: not here, or not known. */
  position(partition: number): FoldPosition | null
  /** Partitions whose fold stands still, waiting or stopped. */
  halted(): number
}

/** A fold of one partition, as it was seen just now. */
export interface SeenFold {
  readonly projection: string
  readonly partition: number
  readonly offset: number
  readonly head: number
  readonly lag: Lag
}

export interface StandingFold {
  readonly projection: string
  readonly partition: number
  readonly forMs: number
}

interface Sources {
  here?: FollowedFold
  store?: FollowedFold
}

interface StoredFold {
  readonly name: () => string
  readonly fold: FollowedFold
}

/** The folds that a process sees, each under one name: its own say where they stand, and stores say it of the others. */
export class FollowedFolds {
  readonly #head: (partition: number) => number
  readonly #clock: () => number
  readonly #here = new Map<string, FollowedFold>()
  readonly #stores = new Map<string, StoredFold>()
  readonly #lags = new Map<string, FoldLag>()

  /** `head`: last offset of a partition of the log. `clock`: milliseconds since 1970. */
  constructor(head: (partition: number) => number, clock: () => number) {
    this.#head = head
    this.#clock = clock
  }

  followHere(name: string, fold: FollowedFold): void {
    this.#here.set(name, fold)
  }

  /** `key`: followed again under the same one, it replaces the first. */
  followStore(key: string, name: () => string, fold: FollowedFold): void {
    this.#stores.set(key, { name, fold })
  }

  look(): readonly SeenFold[] {
    const seen: SeenFold[] = []
    for (const [projection, { here, store }] of this.#sources()) {
      const lags = this.#lagsOf(projection)
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const position = here?.position(partition) ?? store?.position(partition) ?? null
        const head = this.#head(partition)
        const lag = lags.look(partition, position, head)
        if (position !== null) seen.push({ projection, partition, offset: position.offset, head, lag })
      }
    }
    return seen
  }

  /** Only what is read from counts: a build that is made beside it may take its time, and its maker is told of it. */
  standing(): StandingFold | null {
    const stored = new Set([...this.#stores.values()].map(({ name }) => name()))
    let longest: StandingFold | null = null
    for (const { projection, partition, lag } of this.look()) {
      if (stored.has(projection) && lag.standsMs > (longest?.forMs ?? 0)) {
        longest = { projection, partition, forMs: lag.standsMs }
      }
    }
    return longest
  }

  /** Halted partitions by projection. */
  halted(): ReadonlyMap<string, number> {
    const halted = new Map<string, number>()
    for (const [projection, { here, store }] of this.#sources()) {
      halted.set(projection, Math.max(here?.halted() ?? 0, store?.halted() ?? 0))
    }
    return halted
  }

  #sources(): ReadonlyMap<string, Sources> {
    const sources = new Map<string, Sources>()
    for (const [name, here] of this.#here) sources.set(name, { here })
    for (const { name, fold } of this.#stores.values()) sources.set(name(), { ...sources.get(name()), store: fold })
    return sources
  }

  #lagsOf(projection: string): FoldLag {
    const lags = this.#lags.get(projection) ?? new FoldLag(this.#clock)
    this.#lags.set(projection, lags)
    return lags
  }
}
