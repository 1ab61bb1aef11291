import type { GraphLink } from '../graph/link.ts'

/** A memory that may become a step. */
export interface PlanMemory {
  readonly memoryId: string
  /** Of its `Remember`: breaks ties, the older first. */
  readonly offset: number
  /** Its recall score for the goal, 0–1; `null` for what was not recalled but is needed by something. */
  readonly score: number | null
  /** See `stepCost`. */
  readonly cost: number
}

/** `before` has to come before `after`, because `link` says so. */
export interface Dependency {
  readonly before: string
  readonly after: string
  readonly link: GraphLink
}
