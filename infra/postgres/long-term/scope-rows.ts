import type { LongTermChanges } from '../../../domain/long-term/changes.ts'
import { type Scope, scopeKey } from '../../../domain/names.ts'
import type { Column } from './column.ts'

export const SCOPE_COLUMNS: ReadonlyArray<Column<Scope>> = [
  { name: 'tenant', type: 'text', of: (row) => row.tenant },
  { name: 'namespace', type: 'text', of: (row) => row.namespace },
]

/** The namespaces that a batch is about, each once. */
export function scopesOf(changes: LongTermChanges): readonly Scope[] {
  const scopes = new Map<string, Scope>()
  for (const rows of [changes.outcomes, changes.namespaces, changes.memories, changes.links]) {
    for (const { tenant, namespace } of rows) scopes.set(scopeKey({ tenant, namespace }), { tenant, namespace })
  }
  // Always in one order: movers of two partitions could otherwise wait for each other's new rows.
  return [...scopes.values()].toSorted((a, b) => (scopeKey(a) < scopeKey(b) ? -1 : 1))
}
