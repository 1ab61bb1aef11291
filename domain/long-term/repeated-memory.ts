import type { Remember } from '../command.ts'
import { isLive, type MemoryRow, standing } from '../memory.ts'
import type { Draft } from './draft.ts'
import type { FoldEntry } from './fold-entry.ts'

/**
 * The memory that a `Remember` says again: the first one, when each content that it may repeat is that of a memory under the
 * same data key that stands and whose time is not up; else `null`.
 */
export function repeatedMemory(draft: Draft, { scope, knownAt }: FoldEntry, command: Remember): MemoryRow | null {
  let first: MemoryRow | null = null
  for (const contentHmac of command.repeats ?? []) {
    const [original] = draft
      .memoriesSaying({ ...scope, keyId: command.keyId, contentHmac })
      .filter((row) => stands(row, knownAt))
      .toSorted((a, b) => a.offset - b.offset)
    if (original === undefined) return null
    first ??= original
  }
  return first
}

function stands(row: MemoryRow, knownAt: number): boolean {
  if (!isLive(row)) return false
  const validTo = standing(row.intervals)?.validTo ?? null
  return validTo === null || knownAt < validTo
}
