import type { Scope } from '../../domain/names.ts'
import type { Position } from '../../domain/position.ts'

export interface WorkingMemoryItem {
  readonly memoryId: string
  /** log₂(importance × rehearsals) + t / half-life. */
  readonly priority: number
}

/** Figures of ρ, the density matrix of the last exposures. */
export interface DensityFigures {
  readonly exposures: number
  /** 1 within 1e−12. */
  readonly trace: number
  /** tr ρ²: 1/dimension when nothing was seen, 1 when it is all one thing. */
  readonly purity: number
  readonly dimension: number
}

export interface WorkingMemoryState {
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
  /** How far the newest exposures stand from the older ones, 0–1; `null` while there are too few. */
  readonly drift: number | null
  /** Effective share of the dimensions in use, 0–1. */
  readonly diversity: number | null
}

/** Reads of working memory. They resolve to `null` when it has nothing of the scope, and reject when it does not answer. */
export interface WorkingMemory {
  state(scope: Scope): Promise<WorkingMemoryState | null>
  report(scope: Scope, text: string): Promise<DensityReport | null>
}
