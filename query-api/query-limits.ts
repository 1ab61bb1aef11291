/** What the query side allows itself; every figure can be set, and has its unit in its name. */
export interface QueryLimits {
  /** How long an answer waits for an asked position to be folded. */
  readonly visibleWaitMs: number
  /** Resident views beyond this leave, least recently used first. */
  readonly viewBudgetBytes: number
  /** Rows of one page of a view's load. */
  readonly viewPageRows: number
  /** Rows from which on a view is loaded by the `ViewLoader`: below, its start costs more than it gives. */
  readonly loaderFromRows: number
  /** Rows of one of its pages. */
  readonly loaderPageRows: number
  /** Rows from which on a view lives with the `ViewHost`: below, asking another thread costs more than the answer. */
  readonly hostFromRows: number
  /** The longest a load keeps the event loop to itself. */
  readonly viewSliceMs: number
  /** What a plan starts from: the best hits of its goal. */
  readonly planSeeds: number
  /** Links followed from a seed at most, one after another. */
  readonly planDepth: number
  /** Memories that a plan looks at, at most. */
  readonly planMemories: number
  /** Memories that a walk over links looks at, at most. */
  readonly graphMemories: number
  /** Links of a memory in one direction that it looks at, at most. */
  readonly graphLinks: number
  /** Links that it reads between two turns of the event loop, at most: of many memories fewer of each. */
  readonly graphLinksAtOnce: number
  /** Corrections followed in one direction by a memory's history. */
  readonly historyDepth: number
}

export const defaultQueryLimits: QueryLimits = Object.freeze({
  visibleWaitMs: 2_000,
  viewBudgetBytes: 512 * 1024 * 1024,
  viewPageRows: 200,
  loaderFromRows: 5_000,
  loaderPageRows: 500,
  hostFromRows: 20_000,
  viewSliceMs: 8,
  planSeeds: 10,
  planDepth: 4,
  planMemories: 200,
  graphMemories: 500,
  graphLinks: 1_000,
  graphLinksAtOnce: 10_000,
  historyDepth: 50,
})
