import type { Remember } from '../command.ts'
import type { MemoryRow } from '../memory.ts'
import type { Outcome, Refusal } from '../outcome.ts'
import type { Draft } from './draft.ts'
import type { FoldEntry } from './fold-entry.ts'
import { touchNamespace } from './fold-namespace.ts'
import { endValidity } from './intervals.ts'
import { repeatedMemory } from './repeated-memory.ts'

const MS_PER_SECOND = 1000

export function foldRemember(draft: Draft, entry: FoldEntry, command: Remember): Outcome {
  const { scope, offset, knownAt } = entry
  // Sealed with a key that an edge still had in its cache, and appended behind the erasure.
  if (draft.isErased(scope, command.keyId)) return { status: 'refused', reason: 'erased' }
  const corrected = command.supersedes === null ? undefined : draft.memory(scope, command.supersedes)
  const refusal = refusalOf(command, corrected)
  if (refusal !== null) return { status: 'refused', reason: refusal }

  const repeated = repeatedMemory(draft, entry, command)
  if (repeated !== null) return { status: 'repeated', memoryId: repeated.memoryId }

  touchNamespace(draft, entry)
  draft.putMemory(rememberedRow(entry, command))
  if (corrected !== undefined) draft.putMemory(correct(corrected, command, entry))
  for (const { rel, target } of command.links) {
    draft.putLink({
      ...scope,
      from: command.memoryId,
      rel,
      to: target,
      intervals: [{ knownFrom: knownAt, knownTo: null, validTo: null }],
      changed: offset,
    })
  }
  return { status: 'stored' }
}

/** The row of a memory as its `Remember` makes it, before anything later bears on it. */
export function rememberedRow(entry: FoldEntry, command: Remember): MemoryRow {
  const { scope, offset, partition, knownAt } = entry
  return {
    ...scope,
    memoryId: command.memoryId,
    commandId: command.commandId,
    partition,
    offset,
    keyId: command.keyId,
    kind: command.kind,
    occurredAt: command.occurredAt,
    recordedAt: command.recordedAt,
    knownAt,
    importance: command.importance,
    principal: command.principal,
    supersedes: command.supersedes,
    supersededBy: null,
    rehearsals: 1,
    intervals: [{ knownFrom: knownAt, knownTo: null, validTo: validTo(command) }],
    changed: offset,
    contentHmac: command.contentHmac,
    contentLength: command.contentLength,
    dataSchema: entry.dataSchema,
    sealed: command.sealed,
    ...(command.vectorModel === undefined
      ? {}
      : { vectors: [{ model: command.vectorModel, commandId: null, sealed: null }] }),
  }
}

function refusalOf(command: Remember, corrected: MemoryRow | undefined): Refusal | null {
  if (command.supersedes === null) return null
  if (corrected === undefined) return 'supersedes_unknown'
  if (corrected.sealed === null) return 'erased'
  return command.occurredAt > corrected.occurredAt ? null : 'supersedes_not_later'
}

const validTo = (command: Remember): number | null =>
  command.ttlSeconds === null ? null : command.recordedAt + command.ttlSeconds * MS_PER_SECOND

/** The corrected memory was true until the correction happened; of several corrections the earliest ends it. */
function correct(row: MemoryRow, by: Remember, entry: FoldEntry): MemoryRow {
  const intervals = endValidity(row.intervals, by.occurredAt, entry.knownAt)
  const ended = intervals !== row.intervals
  return {
    ...row,
    intervals,
    supersededBy: ended || row.supersededBy === null ? by.memoryId : row.supersededBy,
    changed: entry.offset,
  }
}
