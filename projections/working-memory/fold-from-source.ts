import type { Scope } from '../../domain/names.ts'
import { eventOf, type RememberedContent } from '../../domain/working-memory/event.ts'
import { type FoldResult, foldWorkingMemory } from '../../domain/working-memory/fold.ts'
import type { WorkingMemory } from '../../domain/working-memory/working-memory.ts'
import { DataKeyMissingError } from './data-key-missing-error.ts'
import type { SealedMemory, SourceRecord, WorkingMemorySource } from './working-memory-source.ts'

/** Folds `state` forward to `upTo`, an offset that long-term memory has passed. */
export async function foldFromSource(
  source: WorkingMemorySource,
  scope: Scope,
  state: WorkingMemory,
  upTo: number,
): Promise<FoldResult> {
  const records = await source.records(scope, state.position, upTo)
  const contents = await openRemembered(source, scope, records)
  let next = state
  for (const record of records) {
    const result = foldWorkingMemory(next, eventOf(record, contents.get(record.offset) ?? null))
    if (result.outcome !== 'folded') return result
    next = result.state
  }
  // The partition's other namespaces move the checkpoint as well.
  return { outcome: 'folded', state: { ...next, position: upTo } }
}

async function openRemembered(
  source: WorkingMemorySource,
  scope: Scope,
  records: readonly SourceRecord[],
): Promise<ReadonlyMap<number, RememberedContent>> {
  const sealed = records.flatMap(sealedOf)
  const opened = await source.open(scope, sealed)
  const contents = new Map<number, RememberedContent>()
  for (const [i, { offset }] of sealed.entries()) {
    const content = opened[i]!
    if (content.ok) contents.set(offset, content.secret)
    else if (content.reason === 'missing') throw new DataKeyMissingError(scope, content.keyId)
    else contents.set(offset, 'tombstone')
  }
  return contents
}

function sealedOf({ offset, command, outcome, dataSchema }: SourceRecord): readonly SealedMemory[] {
  if (command.type !== 'Remember' || outcome.status !== 'stored') return []
  const { memoryId, commandId, keyId, sealed } = command
  return [{ memoryId, commandId, keyId, dataSchema, offset, sealed }]
}
