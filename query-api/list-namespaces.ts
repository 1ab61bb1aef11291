import type { Identity } from '../domain/identity.ts'
import { awaitHeads } from './fresh-read.ts'
import { mayRead } from './namespace-access.ts'
import type { NamespaceSummary } from './query-api.ts'
import type { QueryContext } from './query-context.ts'

/** The namespaces that the credential reaches, by name. */
export async function listNamespaces(context: QueryContext, identity: Identity): Promise<readonly NamespaceSummary[]> {
  await awaitHeads(context)
  const rows = await context.reader.namespaces(identity.tenant)
  return rows
    .filter((row) => mayRead(identity, row.namespace))
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
