import type { Identity } from '../domain/identity.ts'
import { awaitHeads } from './fresh-read.ts'
import { reaches } from './namespace-access.ts'
import type { Reach } from './ports/reach.ts'
import type { NamespaceSummary } from './query-api.ts'
import type { QueryContext } from './query-context.ts'

/** How many namespaces a policy is asked about at once. */
const ASKED_AT_ONCE = 16

/** The namespaces that the credential reaches, by name. */
export async function listNamespaces(
  context: QueryContext,
  identity: Identity,
  reach?: Reach,
): Promise<readonly NamespaceSummary[]> {
  await awaitHeads(context)
  const rows = await context.reader.namespaces(identity.tenant)
  const reached = await reachedOf(rows, (row) => reaches(identity, reach, row.namespace))
  return reached
    .sort((a, b) => (a.namespace < b.namespace ? -1 : 1))
    .map((row) => ({
      namespace: row.namespace,
      memories: row.live,
      retired: row.total - row.live,
      language: row.language,
      profile: row.profile,
      firstRecordedAt: row.firstKnownAt,
      lastRecordedAt: row.lastKnownAt,
    }))
}

async function reachedOf<T>(rows: readonly T[], isReached: (row: T) => Promise<boolean>): Promise<T[]> {
  const reached: T[] = []
  for (let at = 0; at < rows.length; at += ASKED_AT_ONCE) {
    const some = rows.slice(at, at + ASKED_AT_ONCE)
    const says = await Promise.all(some.map(isReached))
    reached.push(...some.filter((_row, i) => says[i]))
  }
  return reached
}
