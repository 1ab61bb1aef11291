import type { Embed } from '../command.ts'
import type { Outcome } from '../outcome.ts'
import { withVector } from '../vector/row-vectors.ts'
import type { Draft } from './draft.ts'
import type { FoldEntry } from './fold-entry.ts'
import { touchNamespace } from './fold-namespace.ts'

/**
 * Adds a vector to a memory, sealed as it came. A key that is not the memory's own is that of a later generation: the
 * memory was erased between the making of the vector and its record.
 */
export function foldEmbed(draft: Draft, entry: FoldEntry, command: Embed): Outcome {
  const row = draft.memory(entry.scope, command.memoryId)
  if (row === undefined) return { status: 'refused', reason: 'unknown_memory' }
  if (row.sealed === null || row.keyId !== command.keyId) return { status: 'refused', reason: 'erased' }
  const { model, commandId, sealed } = command
  const vectors = withVector(row.vectors, { model, commandId, sealed })
  draft.putMemory({ ...row, vectors, changed: entry.offset })
  touchNamespace(draft, entry)
  return { status: 'stored' }
}
