import type { Identity } from '../domain/identity.ts'
import { decodeEpisodeCursor, encodeEpisodeCursor } from './episode-cursor.ts'
import { freshRead } from './fresh-read.ts'
import { readableScope } from './namespace-access.ts'
import type { EpisodePage } from './query-api.ts'
import type { QueryContext } from './query-context.ts'
import type { ListRequest } from './requests/requests.ts'

/**
 * Episodes of the memories that stand now, newest first. A page goes on behind the place of the last episode before it:
 * one that does not change meanwhile is neither repeated nor passed over, one that goes on moves to the front.
 */
export async function listEpisodes(
  context: QueryContext,
  identity: Identity,
  { namespace, filter, after, limit, cursor }: ListRequest,
): Promise<EpisodePage> {
  const scope = readableScope(identity, namespace)
  const behind = cursor === null ? null : decodeEpisodeCursor(cursor, scope, filter)
  const asOf = { valid: context.clock(), validAsked: false, known: null }
  const { value, position, degraded } = await freshRead(
    context,
    scope,
    { after, allowStale: false },
    { ask: 'episodes', args: [{ filter, asOf, behind, limit: limit + 1 }] },
  )
  const items = value.slice(0, limit)
  const isLast = value.length <= limit
  return { items, nextCursor: isLast ? null : encodeEpisodeCursor(items.at(-1)!, scope, filter), position, degraded }
}
