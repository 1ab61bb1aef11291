import type { DatabaseSync } from 'node:sqlite'
import type { RankingProfile } from '../../../domain/command.ts'
import type { NamespaceRow } from '../../../domain/memory.ts'
import type { ScopeTable } from './scope-table.ts'

/** The columns of `namespaces`, in the order of {@link NamespaceColumns}. */
export const NAMESPACE_COLUMNS = 'scope, partition, live, total, language, profile, first_known_at, last_known_at'

export type NamespaceColumns = readonly [
  scope: number,
  partition: number,
  live: number,
  total: number,
  language: string,
  profile: RankingProfile,
  firstKnownAt: number,
  lastKnownAt: number,
]

export function namespaceOf(columns: NamespaceColumns, scopes: ScopeTable): NamespaceRow {
  const [scope, partition, live, total, language, profile, firstKnownAt, lastKnownAt] = columns
  const { tenant, namespace } = scopes.scopeOf(scope)
  return { tenant, namespace, partition, live, total, language, profile, firstKnownAt, lastKnownAt }
}

export function namespaceUpsert(database: DatabaseSync, scopes: ScopeTable): (row: NamespaceRow) => void {
  const statement = database.prepare(
    `insert into namespaces (${NAMESPACE_COLUMNS})
     values (:scope, :partition, :live, :total, :language, :profile, :firstKnownAt, :lastKnownAt)
     on conflict (scope) do update set
       live = excluded.live,
       total = excluded.total,
       language = excluded.language,
       profile = excluded.profile,
       first_known_at = excluded.first_known_at,
       last_known_at = excluded.last_known_at`,
  )
  return ({ tenant, namespace, ...columns }) => {
    const { partition, live, total, language, profile, firstKnownAt, lastKnownAt } = columns
    const scope = scopes.assign({ tenant, namespace })
    statement.run({ scope, partition, live, total, language, profile, firstKnownAt, lastKnownAt })
  }
}
