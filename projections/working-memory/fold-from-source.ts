import type { Scope } from '../../domain/names.ts'
import { eventOf, type RememberedContent } from '../../domain/working-memory/event.ts'
import { type FoldResult, foldWorkingMemory } from '../../domain/working-memory/fold.ts'
import type { Factor, FactorHead, HeldMemory, WorkingMemory } from '../../domain/working-memory/working-memory.ts'
import { DataKeyMissingError } from './data-key-missing-error.ts'
import type { SealedMemory, SourceRecord, WorkingMemorySource } from './working-memory-source.ts'

/** Folds `state` forward to `upTo`, an offset that long-term memory has passed. */
export async function foldFromSource(
  source: WorkingMemorySource,
  scope: Scope,
  state: WorkingMemory,
  upTo: number,
): Promise<FoldResult> {
  return foldRecords(source, scope, state, await source.records(scope, state.position, upTo), upTo)
}

/** Folds the namespace's `records` that lie beyond `state`, which then stands at `upTo`; the last of them lies there or before. */
export async function foldRecords<F extends FactorHead>(
  source: Pick<WorkingMemorySource, 'open'>,
  scope: Scope,
  state: HeldMemory<F>,
  records: readonly SourceRecord[],
  upTo: number,
): Promise<FoldResult<F | Factor>> {
  const fresh = records.filter(({ offset }) => offset > state.position)
  const contents = await openRemembered(source, scope, fresh)
  let next: HeldMemory<F | Factor> = state
  for (const record of fresh) {
    const result = foldWorkingMemory(next, eventOf(record, contents.get(record.offset) ?? null))
    if (result.outcome !== 'folded') return result
    next = result.state
  }
  // The partition's other namespaces move the checkpoint as well.
  return { outcome: 'folded', state: { ...next, position: Math.max(next.position, upTo) } }
}

async function openRemembered(
  source: Pick<WorkingMemorySource, 'open'>,
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
