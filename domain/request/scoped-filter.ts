import type { Filter } from '../filter/filter.ts'
import { defaultFilterLimits, parseFilter } from '../filter/parse-filter.ts'
import type { JsonObject } from '../json.ts'
import type { RequestBounds } from '../limits/request-bounds.ts'
import { ProblemError } from '../problem.ts'
import { checkJson } from './check-json.ts'
import { checkOptionalText } from './check-text.ts'
import { resolveAlias } from './resolve-alias.ts'

/** The fields by which a request narrows what it is about. */
export interface ScopedBody {
  readonly filters?: JsonObject | null
  readonly user_id?: string | null
  readonly agent_id?: string | null
  readonly run_id?: string | null
  /** Alias of `run_id`. */
  readonly episode?: string | null
}

/** `filters` and the scopes as one filter, `null` when nothing narrows. Throws a `ProblemError` naming the field. */
export function scopedFilter(body: ScopedBody, bounds: Pick<RequestBounds, 'filterDepth'>): Filter | null {
  const scopes = {
    user_id: checkOptionalText('user_id', body.user_id),
    agent_id: checkOptionalText('agent_id', body.agent_id),
    run_id: checkOptionalText('run_id', resolveAlias('', { run_id: body.run_id, episode: body.episode })),
  }
  const parts: Filter[] = Object.entries(scopes).flatMap(([field, value]) =>
    value === null ? [] : [{ op: 'in', field, values: [value] } as const],
  )
  if (body.filters !== undefined && body.filters !== null && Object.keys(body.filters).length > 0) {
    parts.push(parsed(body.filters, bounds.filterDepth))
  }
  if (parts.length === 0) return null
  return parts.length === 1 ? parts[0]! : { op: 'and', of: parts }
}

/** Deeper than any filter that the parser takes: it is the parser that says how deep one may be. */
const MAX_DEPTH = 64

function parsed(filters: JsonObject, depth: number): Filter {
  checkJson('filters', filters, MAX_DEPTH)
  const result = parseFilter(filters, { ...defaultFilterLimits, depth })
  if (result.ok) return result.filter
  const { field, detail, expected } = result
  throw new ProblemError({ code: 'invalid_request', field, detail, expected })
}
