import type { DatabaseSync } from 'node:sqlite'
import type { DataKeyEntry } from '../../../commands/ports/key-store.ts'

export interface KeyReader {
  /** Highest generation, lowest offset within it. */
  currentKey(slot: string): DataKeyEntry | null
  /** The one with the lowest offset of (slot, generation). */
  holder(slot: string, generation: number): DataKeyEntry | null
  key(keyId: string): DataKeyEntry | null
  /** In the order they were added. */
  keysOf(slot: string): readonly DataKeyEntry[]
  indexKey(tenant: string): Uint8Array | null
}

type Row = Readonly<Record<string, unknown>> | undefined

export function keyReader(database: DatabaseSync): KeyReader {
  const columns = 'select key_id, slot, generation, wrapped from data_keys'
  const current = database.prepare(`${columns} where slot = ? order by generation desc, key_offset limit 1`)
  const holder = database.prepare(`${columns} where slot = ? and generation = ? order by key_offset limit 1`)
  const key = database.prepare(`${columns} where key_id = ?`)
  const ofSlot = database.prepare(`${columns} where slot = ? order by key_offset`)
  const indexKey = database.prepare('select wrapped from index_keys where tenant = ?')
  return {
    currentKey: (slot) => entryOf(current.get(slot)),
    holder: (slot, generation) => entryOf(holder.get(slot, generation)),
    key: (keyId) => entryOf(key.get(keyId)),
    keysOf: (slot) => ofSlot.all(slot).flatMap((row) => entryOf(row) ?? []),
    indexKey: (tenant) => (indexKey.get(tenant)?.wrapped as Uint8Array | undefined) ?? null,
  }
}

function entryOf(row: Row): DataKeyEntry | null {
  if (row === undefined) return null
  return {
    keyId: String(row.key_id),
    slot: String(row.slot),
    generation: Number(row.generation),
    wrapped: row.wrapped as Uint8Array | null,
  }
}
