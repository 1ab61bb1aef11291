import type { Link, Unlink } from '../command.ts'
import { standing } from '../memory.ts'
import type { Outcome } from '../outcome.ts'
import type { Draft } from './draft.ts'
import type { FoldEntry } from './fold-entry.ts'
import { touchNamespace } from './fold-namespace.ts'
import { restore, retire } from './intervals.ts'

/** States an edge between two stored memories. Stating it again while it stands changes nothing and is no error. */
export function foldLink(draft: Draft, entry: FoldEntry, command: Link): Outcome {
  const { scope, knownAt, offset } = entry
  if (draft.memory(scope, command.from) === undefined || draft.memory(scope, command.to) === undefined) {
    return { status: 'refused', reason: 'unknown_memory' }
  }
  const before = draft.link(scope, command)
  if (before !== undefined && standing(before.intervals) !== null) return { status: 'stored' }
  draft.putLink({
    ...scope,
    from: command.from,
    rel: command.rel,
    to: command.to,
    intervals: restore(before?.intervals ?? [], knownAt),
    changed: offset,
  })
  touchEnd(draft, entry, command.from)
  return { status: 'stored' }
}

export function foldUnlink(draft: Draft, entry: FoldEntry, command: Unlink): Outcome {
  const before = draft.link(entry.scope, command)
  if (before === undefined || standing(before.intervals) === null) return { status: 'refused', reason: 'unknown_link' }
  draft.putLink({ ...before, intervals: retire(before.intervals, entry.knownAt), changed: entry.offset })
  touchEnd(draft, entry, command.from)
  return { status: 'stored' }
}

/** Views sync memories by `changed`: the memory that states an edge changes with it. */
function touchEnd(draft: Draft, entry: FoldEntry, memoryId: string): void {
  const row = draft.memory(entry.scope, memoryId)
  if (row !== undefined) draft.putMemory({ ...row, changed: entry.offset })
  touchNamespace(draft, entry)
}
