import type { Filter } from '../../domain/filter/filter.ts'

/** Validated requests: aliases resolved, defaults filled in, scopes (`user_id`, `agent_id`, `run_id`) folded into `filter`. */
export interface RecallRequest {
  readonly namespace: string
  readonly query: string
  /** 1–100. */
  readonly k: number
  /** `null`: everything in the namespace. */
  readonly filter: Filter | null
  /** Milliseconds; `null` fields mean now. */
  readonly asOf: { readonly valid: number | null; readonly known: number | null }
  /** `latest`, a position as the caller gave it, or `null` for the default of the way of running. */
  readonly after: string | null
  /** 0–1. */
  readonly minScore: number | null
  readonly explain: boolean
  readonly allowStale: boolean
  /** Fields to answer with, `null` for all. */
  readonly include: readonly string[] | null
}

export interface ContextRequest extends Omit<RecallRequest, 'explain' | 'include'> {
  /** Estimated tokens of the text, at most. */
  readonly tokenBudget: number
}

export interface PageRequest {
  /** 1–500. */
  readonly limit: number
  /** `null`: the first page. */
  readonly cursor: string | null
}

export interface ListRequest extends PageRequest {
  readonly namespace: string
  readonly filter: Filter | null
  readonly after: string | null
}

export interface PlanRequest {
  readonly namespace: string
  readonly goal: string
  /** 1–50. */
  readonly maxSteps: number
  readonly filter: Filter | null
  readonly after: string | null
}
