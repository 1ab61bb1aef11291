import type { RankingProfile } from '../../../domain/command.ts'
import type { NamespaceRow } from '../../../domain/memory.ts'
import type { RawColumn } from '../row-query.ts'
import type { Column } from './column.ts'

export const NAMESPACE_COLUMNS: ReadonlyArray<Column<NamespaceRow>> = [
  { name: 'tenant', type: 'text', of: (row) => row.tenant },
  { name: 'namespace', type: 'text', of: (row) => row.namespace },
  { name: 'partition', type: 'int4', of: (row) => row.partition },
  { name: 'live', type: 'int8', of: (row) => row.live },
  { name: 'total', type: 'int8', of: (row) => row.total },
  { name: 'language', type: 'text', of: (row) => row.language },
  { name: 'profile', type: 'text', of: (row) => row.profile },
  { name: 'first_known_at', type: 'int8', of: (row) => row.firstKnownAt },
  { name: 'last_known_at', type: 'int8', of: (row) => row.lastKnownAt },
]

export const NAMESPACE_SELECT =
  'tenant, namespace, partition, live, total, language, profile, first_known_at, last_known_at'

type Columns = readonly [
  tenant: string,
  namespace: string,
  partition: string,
  live: string,
  total: string,
  language: string,
  profile: RankingProfile,
  firstKnownAt: string,
  lastKnownAt: string,
]

export function namespaceOf(raw: readonly RawColumn[]): NamespaceRow {
  const [tenant, namespace, partition, live, total, language, profile, firstKnownAt, lastKnownAt] = raw as Columns
  return {
    tenant,
    namespace,
    partition: Number(partition),
    live: Number(live),
    total: Number(total),
    language,
    profile,
    firstKnownAt: Number(firstKnownAt),
    lastKnownAt: Number(lastKnownAt),
  }
}
