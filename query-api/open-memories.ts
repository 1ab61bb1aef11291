import type { MemoryRow } from '../domain/memory.ts'
import type { Scope } from '../domain/names.ts'
import { keyMissing } from './key-missing.ts'
import { memoryOfRow } from './memory-of-row.ts'
import type { Memory } from './query-api.ts'
import type { QueryContext } from './query-context.ts'

/**
 * The rows as callers see them, by memory id; erased ones and those under a destroyed key are left out. Throws
 * `key_missing` when a key is absent without a mark. `known`: as it was known then.
 */
export async function openMemories(
  { opener, progress }: Pick<QueryContext, 'opener' | 'progress'>,
  rows: readonly MemoryRow[],
  known: number | null = null,
): Promise<ReadonlyMap<string, Memory>> {
  const sealed = rows.filter((row) => row.sealed !== null)
  await opener.prepare(sealed)
  const memories = new Map<string, Memory>()
  for (const row of sealed) {
    const opened = opener.openNow(row)
    if (opened.ok) memories.set(row.memoryId, memoryOfRow(row, opened.secret, progress, known))
    else if (opened.reason === 'missing') throw keyMissing(row.namespace, opened.keyId)
  }
  return memories
}

/** Fetches and opens memories of a namespace, by memory id; what is gone is left out. */
export async function memoriesById(
  context: Pick<QueryContext, 'reader' | 'opener' | 'progress'>,
  scope: Scope,
  wanted: ReadonlyArray<{ readonly memoryId: string }>,
  known: number | null = null,
): Promise<ReadonlyMap<string, Memory>> {
  if (wanted.length === 0) return new Map()
  const ids = wanted.map(({ memoryId }) => memoryId)
  return openMemories(context, await context.reader.memories(scope, ids), known)
}
