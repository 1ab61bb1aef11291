import type { Forget, Restore } from '../command.ts'
import { type MemoryRow, standing } from '../memory.ts'
import type { Outcome } from '../outcome.ts'
import type { Draft } from './draft.ts'
import type { FoldEntry } from './fold-entry.ts'
import { touchNamespace } from './fold-namespace.ts'
import { restore, retire } from './intervals.ts'

/** Retires what of the named memories stands. Refused only when there was nothing to retire. */
export function foldForget(draft: Draft, entry: FoldEntry, command: Forget): Outcome {
  const rows = rowsOf(draft, entry, command.memoryIds)
  const standingRows = rows.filter((row) => standing(row.intervals) !== null)
  if (standingRows.length === 0) {
    return { status: 'refused', reason: rows.length === 0 ? 'unknown_memory' : 'already_retired' }
  }
  for (const row of standingRows) {
    draft.putMemory({ ...row, intervals: retire(row.intervals, entry.knownAt), changed: entry.offset })
  }
  touchNamespace(draft, entry)
  return { status: 'stored' }
}

/** Brings back what of the named memories is retired. Refused only when there was nothing to bring back. */
export function foldRestore(draft: Draft, entry: FoldEntry, command: Restore): Outcome {
  const found = rowsOf(draft, entry, command.memoryIds)
  const rows = found.filter((row) => row.sealed !== null)
  if (rows.length === 0 && found.length > 0) return { status: 'refused', reason: 'erased' }
  const retiredRows = rows.filter((row) => standing(row.intervals) === null)
  if (retiredRows.length === 0) {
    return { status: 'refused', reason: rows.length === 0 ? 'unknown_memory' : 'not_retired' }
  }
  for (const row of retiredRows) {
    draft.putMemory({ ...row, intervals: restore(row.intervals, entry.knownAt), changed: entry.offset })
  }
  touchNamespace(draft, entry)
  return { status: 'stored' }
}

const rowsOf = (draft: Draft, entry: FoldEntry, memoryIds: readonly string[]): MemoryRow[] =>
  [...new Set(memoryIds)].flatMap((id) => draft.memory(entry.scope, id) ?? [])
