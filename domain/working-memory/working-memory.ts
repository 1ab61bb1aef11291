import type { PriorityFactors } from './priority.ts'

/** Version of what fold and seed make of live rows. A change in any of it is another version, seeded again. */
export const WORKING_MEMORY_VERSION = 1

/** Live memories that are held at most. */
export const CAPACITY = 64

/** A live row of long-term memory, as far as its priority depends on it. */
export interface LiveMemory extends PriorityFactors {
  readonly memoryId: string
  /** Of the `Remember`. */
  readonly offset: number
  /** The data key of its content: erasures name keys. */
  readonly keyId: string
}

export interface WorkingMemoryItem extends LiveMemory {
  readonly priority: number
}

/** Which memory an exposure is: all that a fold needs of those that it holds. */
export interface FactorHead {
  readonly memoryId: string
  readonly offset: number
  readonly keyId: string
}

/** An exposure: a live `Remember` whose content has an encoding. */
export interface Factor extends FactorHead {
  /** 256 int16 sums, not all zero; normalised on reading. */
  readonly sums: Int16Array
}

/**
 * The working memory of a namespace at a position: a function of its live rows there, whichever way it was come by.
 * Live is what is not retired, superseded or erased; whether a memory's time is up is for readers, who know the time.
 */
export type WorkingMemory = HeldMemory<Factor>

/** Working memory with as much of its exposures as `F` says: folding goes without their sums, which are large and sealed. */
export interface HeldMemory<F extends FactorHead> {
  /** Offset of the last record of the partition that is included, −1 for none. */
  readonly position: number
  /** The {@link CAPACITY} live memories of highest priority; of equal ones, the higher offset first. */
  readonly items: readonly WorkingMemoryItem[]
  /** The last 256 live exposures, oldest first: what ρ is made of. */
  readonly factors: readonly F[]
}

export const EMPTY_WORKING_MEMORY: WorkingMemory = { position: -1, items: [], factors: [] }
