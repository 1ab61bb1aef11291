import { boundedNumber, type RequestBounds } from '../../domain/limits/request-bounds.ts'
import { checkText } from '../../domain/request/check-text.ts'
import { instantField } from '../../domain/request/instant-field.ts'
import { resolveAlias } from '../../domain/request/resolve-alias.ts'
import { type ScopedBody, scopedFilter } from '../../domain/request/scoped-filter.ts'
import { afterField } from './after-field.ts'
import type { ContextRequest, ListRequest, PageRequest, PlanRequest, RecallRequest } from './requests.ts'

export interface RecallBody extends ScopedBody {
  readonly query: string
  readonly namespace?: string
  readonly k?: number
  /** Aliases of `k`. */
  readonly top_k?: number
  readonly limit?: number
  readonly as_of?: { readonly valid?: string | null; readonly known?: string | null } | null
  readonly after?: string | null
  readonly min_score?: number | null
  readonly explain?: boolean
  readonly allow_stale?: boolean
  readonly include?: readonly string[] | null
}

export interface ContextBody extends Omit<RecallBody, 'explain' | 'include'> {
  readonly token_budget?: number
}

export interface PageBody {
  readonly limit?: number
  readonly cursor?: string | null
}

export interface ListBody extends ScopedBody, PageBody {
  readonly namespace?: string
  readonly after?: string | null
}

export interface PlanBody extends ScopedBody {
  readonly goal: string
  readonly namespace?: string
  readonly max_steps?: number
  readonly after?: string | null
}

const RECALL_MEMORIES = 10

function boundedK({ k, top_k, limit }: RecallBody | ContextBody, bounds: RequestBounds, otherwise: number): number {
  const named = { k, top_k, limit }
  resolveAlias('', named)
  return boundedNumber(named, { most: bounds.k, otherwise, unit: 'memories' })
}

export function toRecallRequest(body: RecallBody, bounds: RequestBounds): RecallRequest {
  return {
    namespace: body.namespace ?? 'default',
    query: checkText('query', body.query),
    k: boundedK(body, bounds, RECALL_MEMORIES),
    filter: scopedFilter(body, bounds),
    asOf: {
      valid: instantField('as_of.valid', body.as_of?.valid),
      known: instantField('as_of.known', body.as_of?.known),
    },
    after: afterField(body.after),
    minScore: body.min_score ?? null,
    explain: body.explain ?? false,
    allowStale: body.allow_stale ?? false,
    include: body.include ?? null,
  }
}

const CONTEXT_TOKENS = 1000
/** More than a thousand tokens hold, as a rule: what does not fit is left out, and said. */
const CONTEXT_MEMORIES = 50

export function toContextRequest(body: ContextBody, bounds: RequestBounds): ContextRequest {
  const k = boundedK(body, bounds, CONTEXT_MEMORIES)
  const { explain: _explain, include: _include, ...request } = toRecallRequest(body, bounds)
  return { ...request, k, tokenBudget: body.token_budget ?? CONTEXT_TOKENS }
}

/** Entries of a page. */
const PAGE = 50

export const toPageRequest = (body: PageBody, bounds: Pick<RequestBounds, 'page'>): PageRequest => ({
  limit: boundedNumber({ limit: body.limit }, { most: bounds.page, otherwise: PAGE, unit: 'entries a page' }),
  cursor: body.cursor ?? null,
})

export const toListRequest = (body: ListBody, bounds: RequestBounds): ListRequest => ({
  ...toPageRequest(body, bounds),
  namespace: body.namespace ?? 'default',
  filter: scopedFilter(body, bounds),
  after: afterField(body.after),
})

export const toPlanRequest = (body: PlanBody, bounds: RequestBounds): PlanRequest => ({
  namespace: body.namespace ?? 'default',
  goal: checkText('goal', body.goal),
  maxSteps: body.max_steps ?? 10,
  filter: scopedFilter(body, bounds),
  after: afterField(body.after),
})
