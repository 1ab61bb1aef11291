import { join } from 'node:path'
import { openForReading } from '../data-dir/open-database.ts'
import { keysSchema } from '../keys/keys-schema.ts'

/** Unwraps a key of an index: throws when another master key wrapped it. */
export type UnwrapIndexKey = (tenant: string, wrapped: Uint8Array) => void

/** Unwraps the index key of each tenant of a backup, since a backup that its master key does not open is none. */
export function unwrapKeys(backup: string, unwrap: UnwrapIndexKey): void {
  const database = openForReading(join(backup, keysSchema.file), 1 << 20)
  try {
    for (const { tenant, wrapped } of database.prepare('select tenant, wrapped from index_keys').all()) {
      unwrap(String(tenant), wrapped as Uint8Array)
    }
  } finally {
    database.close()
  }
}
