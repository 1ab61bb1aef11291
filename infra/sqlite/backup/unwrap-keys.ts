import { join } from 'node:path'
import { dataKeyContext } from '../../crypto/data-key-context.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { keysSchema } from '../keys/keys-schema.ts'

/** Unwraps a key: throws when another master key wrapped it. */
export type UnwrapKey = (label: string, context: readonly string[], wrapped: Uint8Array) => void

/** Unwraps every key of a backup: one that was made in the middle of a rotation has some of either master key. */
export function unwrapKeys(backup: string, unwrap: UnwrapKey): void {
  const database = openForReading(join(backup, keysSchema.file), 1 << 20)
  try {
    for (const { tenant, wrapped } of database.prepare('select tenant, wrapped from index_keys').iterate()) {
      unwrap('index-key', [String(tenant)], wrapped as Uint8Array)
    }
    const dataKeys = database.prepare(
      'select key_id, slot, generation, wrapped from data_keys where wrapped is not null',
    )
    for (const { key_id, slot, generation, wrapped } of dataKeys.iterate()) {
      const key = { keyId: String(key_id), slot: String(slot), generation: Number(generation) }
      unwrap('data-key', dataKeyContext(key), wrapped as Uint8Array)
    }
  } finally {
    database.close()
  }
}
