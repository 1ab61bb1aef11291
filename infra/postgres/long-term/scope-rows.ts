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
  let last: Scope | null = null
  for (const rows of [changes.outcomes, changes.namespaces, changes.memories, changes.links]) {
    for (const row of rows) {
      // Neighbours are nearly always of one namespace.
      if (last?.namespace === row.namespace && last.tenant === row.tenant) continue
      last = row
      scopes.set(scopeKey(row), row)
    }
  }
  // Always in one order: movers of two partitions could otherwise wait for each other's new rows.
  return [...scopes.values()].toSorted((a, b) => (scopeKey(a) < scopeKey(b) ? -1 : 1))
}
