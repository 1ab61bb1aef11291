import type { Scope } from '../../../domain/names.ts'
import { openForReading } from '../data-dir/open-database.ts'

const CACHE_BYTES = 1 << 20

/** Every namespace of every tenant that anything was folded for, by name. */
export function listScopes(file: string): readonly Scope[] {
  const database = openForReading(file, CACHE_BYTES)
  try {
    const rows = database.prepare('select tenant, namespace from scopes order by tenant, namespace').all()
    return rows.map((row) => ({ tenant: String(row.tenant), namespace: String(row.namespace) }))
  } finally {
    database.close()
  }
}
