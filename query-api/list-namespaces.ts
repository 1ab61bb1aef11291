import type { Identity } from '../domain/identity.ts'
import type { NamespaceRow } from '../domain/memory.ts'
import { awaitHeads } from './fresh-read.ts'
import { reaches } from './namespace-access.ts'
import { decodeNamespaceCursor, encodeNamespaceCursor } from './namespace-cursor.ts'
import type { Reach } from './ports/reach.ts'
import type { NamespacePage, NamespaceSummary } from './query-api.ts'
import type { QueryContext } from './query-context.ts'
import type { PageRequest } from './requests/requests.ts'

/** How many namespaces a policy is asked about at once. */
const ASKED_AT_ONCE = 16

/** A page of the namespaces that the credential reaches, by name: one that is begun meanwhile moves no other one. */
export async function listNamespaces(
  context: QueryContext,
  identity: Identity,
  { limit, cursor }: PageRequest,
  reach?: Reach,
): Promise<NamespacePage> {
  const after = cursor === null ? null : decodeNamespaceCursor(cursor, identity.tenant)
  await awaitHeads(context)
  const rows = (await context.reader.namespaces(identity.tenant))
    .filter(({ namespace }) => after === null || namespace > after)
    .sort((a, b) => (a.namespace < b.namespace ? -1 : 1))
  const reached = await firstReached(rows, limit + 1, (row) => reaches(identity, reach, row.namespace))
  const items = reached.slice(0, limit).map(summaryOf)
  const isLast = reached.length <= limit
  return { items, nextCursor: isLast ? null : encodeNamespaceCursor(items.at(-1)!.namespace, identity.tenant) }
}

async function firstReached<T>(
  rows: readonly T[],
  count: number,
  isReached: (row: T) => Promise<boolean>,
): Promise<readonly T[]> {
  const reached: T[] = []
  for (let at = 0; at < rows.length && reached.length < count; at += ASKED_AT_ONCE) {
    const some = rows.slice(at, at + ASKED_AT_ONCE)
    const says = await Promise.all(some.map(isReached))
    reached.push(...some.filter((_row, i) => says[i]))
  }
  return reached
}

const summaryOf = (row: NamespaceRow): NamespaceSummary => ({
  namespace: row.namespace,
  memories: row.live,
  retired: row.total - row.live,
  language: row.language,
  profile: row.profile,
  firstRecordedAt: row.firstKnownAt,
  lastRecordedAt: row.lastKnownAt,
})
