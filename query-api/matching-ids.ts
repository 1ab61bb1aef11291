import type { Filter } from '../domain/filter/filter.ts'
import type { Scope } from '../domain/names.ts'
import { freshRead } from './fresh-read.ts'
import type { QueryContext } from './query-context.ts'

/** Before any end of validity: what stands counts, whether or not its time is up. */
const WHATEVER_THE_TIME = { valid: Number.MIN_SAFE_INTEGER, validAsked: false, known: null }

/**
 * The memories that a filter names at the log's head, newest first: all that are not retired, those too that were
 * corrected or whose time is up. For commands that name memories by filter.
 */
export async function memoryIdsMatching(
  context: QueryContext,
  scope: Scope,
  filter: Filter,
): Promise<readonly string[]> {
  const query = { filter, asOf: WHATEVER_THE_TIME, beforeOffset: null, limit: Number.MAX_SAFE_INTEGER }
  const wish = { after: 'latest', allowStale: false }
  const { value } = await freshRead(context, scope, wish, { ask: 'list', args: [query] })
  return value.map(({ memoryId }) => memoryId)
}
