import type { Checkpoint } from '../../domain/checkpoint.ts'
import { novelty } from '../../domain/density/apply-density.ts'
import { type Density, densityOf, normalised } from '../../domain/density/density.ts'
import { diversity, purity, trace } from '../../domain/density/density-figures.ts'
import { drift } from '../../domain/density/drift.ts'
import { squaredOverlaps } from '../../domain/density/squared-overlaps.ts'
import { encode } from '../../domain/encoding/encode.ts'
import type { Scope } from '../../domain/names.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import type { Position } from '../../domain/position.ts'
import type { WorkingMemory, WorkingMemoryItem } from '../../domain/working-memory/working-memory.ts'

export interface DensityFigures {
  readonly exposures: number
  /** 1 within 1e−12. */
  readonly trace: number
  /** tr ρ²: 1/dimension when nothing was seen, towards 1 when it is all one thing. */
  readonly purity: number
  readonly dimension: number
}

export interface WorkingMemoryReading {
  /** The last record that is included. */
  readonly position: Position
  /** Highest priority first. */
  readonly items: readonly WorkingMemoryItem[]
  readonly density: DensityFigures
}

/** What ρ says about a text, and about how the namespace's attention moves. */
export interface DensityReport {
  /** 1 − vᵀρv of the text; `null` when the encoding finds nothing in it. */
  readonly novelty: number | null
  /** How far the newer half of the exposures stands from the older half, 0–1; `null` while there are too few. */
  readonly drift: number | null
  /** Effective share of the dimensions in use, 0–1; `null` without exposures. */
  readonly diversity: number | null
}

interface Computed {
  readonly density: Density
  readonly figures: DensityFigures
  readonly drift: number | null
}

/** Where the newest state of a namespace is had from. */
export interface LatestWorkingMemory {
  latest(scope: Scope): Promise<{ readonly state: WorkingMemory; readonly checkpoint: Pick<Checkpoint, 'generation'> }>
}

/** Reads of working memory for the query side, with the figures of ρ. `null` when it holds nothing of the scope. */
export class WorkingMemoryReads {
  readonly #memory: LatestWorkingMemory
  /** Purity and drift take a few milliseconds: once a state. */
  readonly #computed = new WeakMap<WorkingMemory['factors'], Computed>()

  constructor(memory: LatestWorkingMemory) {
    this.#memory = memory
  }

  async state(scope: Scope): Promise<WorkingMemoryReading | null> {
    const { state, checkpoint } = await this.#memory.latest(scope)
    if (state.items.length === 0) return null
    const partition = partitionOf(partitionKey(scope))
    const position = { generation: checkpoint.generation, partition, offset: state.position }
    return { position, items: state.items, density: this.#compute(state).figures }
  }

  async report(scope: Scope, text: string): Promise<DensityReport | null> {
    const { state } = await this.#memory.latest(scope)
    if (state.items.length === 0) return null
    const { density, figures, drift } = this.#compute(state)
    const sums = encode(text)
    return {
      novelty: sums === null ? null : novelty(density, normalised(sums)),
      drift,
      diversity: figures.exposures === 0 ? null : diversity(figures.purity, figures.dimension),
    }
  }

  #compute({ factors }: WorkingMemory): Computed {
    const known = this.#computed.get(factors)
    if (known !== undefined) return known
    const density = densityOf(factors.map(({ sums }) => sums))
    const { exposures, dimension } = density
    const overlaps = squaredOverlaps(density)
    const figures = { exposures, dimension, trace: trace(density), purity: purity(density, overlaps) }
    const computed = { density, figures, drift: drift(density, overlaps) }
    this.#computed.set(factors, computed)
    return computed
  }
}
