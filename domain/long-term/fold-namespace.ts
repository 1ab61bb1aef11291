import type { ConfigureNamespace, Reinforce } from '../command.ts'
import { MAX_REHEARSALS } from '../memory.ts'
import type { Outcome } from '../outcome.ts'
import type { Draft } from './draft.ts'
import type { FoldEntry } from './fold-entry.ts'

const DEFAULT_LANGUAGE = 'en'

/** Opens the namespace with its first command, and notes that it changed. */
export function touchNamespace(draft: Draft, entry: FoldEntry): void {
  const row = draft.namespace(entry.scope) ?? {
    ...entry.scope,
    partition: entry.partition,
    live: 0,
    total: 0,
    language: DEFAULT_LANGUAGE,
    profile: 'auto' as const,
    firstKnownAt: entry.knownAt,
    lastKnownAt: entry.knownAt,
  }
  draft.putNamespace({ ...row, lastKnownAt: entry.knownAt })
}

/** One more rehearsal of what helped; what did not help is on record in the log and rehearses nothing. */
export function foldReinforce(draft: Draft, entry: FoldEntry, command: Reinforce): Outcome {
  const row = draft.memory(entry.scope, command.memoryId)
  if (row === undefined) return { status: 'refused', reason: 'unknown_memory' }
  if (command.useful) {
    draft.putMemory({ ...row, rehearsals: Math.min(row.rehearsals + 1, MAX_REHEARSALS), changed: entry.offset })
  }
  touchNamespace(draft, entry)
  return { status: 'stored' }
}

export function foldConfigure(draft: Draft, entry: FoldEntry, command: ConfigureNamespace): Outcome {
  touchNamespace(draft, entry)
  const row = draft.namespace(entry.scope)!
  draft.putNamespace({
    ...row,
    language: command.language ?? row.language,
    profile: command.profile ?? row.profile,
  })
  return { status: 'stored' }
}
