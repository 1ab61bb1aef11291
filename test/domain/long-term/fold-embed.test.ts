import test from 'ava'
import type { Command, Genesis } from '../../../domain/command.ts'
import { foldLongTerm } from '../../../domain/long-term/fold.ts'
import type { FoldEntry } from '../../../domain/long-term/fold-entry.ts'
import type { MemoryRow } from '../../../domain/memory.ts'

const scope = { tenant: 't', namespace: 'n' }
const keyId = 'ab'.repeat(16)
const memoryId = '00000000-0000-8000-8000-000000000001'
const envelope = (n: number, key = keyId) => ({
  commandId: `00000000-0000-8000-8000-0000000001${n.toString().padStart(2, '0')}`,
  recordedAt: 1_000 + n,
  principal: 'p',
  keyId: key,
  requestHmac: new Uint8Array(32).fill(n),
})
const entry = (offset: number, command: Exclude<Command, Genesis>): FoldEntry => ({
  scope,
  partition: 0,
  offset,
  command,
  dataSchema: 1,
  knownAt: command.recordedAt,
})
const remembered = (vector: { vectorModel?: string } = {}): FoldEntry =>
  entry(1, {
    type: 'Remember',
    ...envelope(1),
    ...vector,
    memoryId,
    kind: 'episodic',
    occurredAt: 1,
    importance: 500,
    ttlSeconds: null,
    supersedes: null,
    links: [],
    contentHmac: new Uint8Array(32),
    contentLength: 1,
    sealed: Uint8Array.of(1),
  })
const embedded = (offset: number, model: string, key = keyId): FoldEntry =>
  entry(offset, { type: 'Embed', ...envelope(offset, key), memoryId, model, sealed: Uint8Array.of(offset) })

const nothing = { outcomes: [], memories: [], links: [], namespaces: [] }
function fold(...entries: FoldEntry[]) {
  const { memories, outcomes } = foldLongTerm(nothing, entries)
  return { row: memories[0] as MemoryRow, outcomes: outcomes.map(({ outcome }) => outcome) }
}

test('an embed adds a vector to its memory, which changes with it and stays as it was otherwise', (t) => {
  const { row: before } = fold(remembered())
  const { row, outcomes } = fold(remembered(), embedded(2, 'm'))
  t.deepEqual(outcomes, [{ status: 'stored' }, { status: 'stored' }])
  const vectors = [{ model: 'm', commandId: envelope(2).commandId, sealed: Uint8Array.of(2) }]
  t.deepEqual(row, { ...before, changed: 2, vectors })
})

test('a vector that came with the memory is known by its model alone', (t) => {
  t.deepEqual(fold(remembered({ vectorModel: 'm' })).row.vectors, [{ model: 'm', commandId: null, sealed: null }])
})

test('an embed of an unknown memory is refused, and one under another key, since that memory was erased', (t) => {
  t.deepEqual(fold(embedded(2, 'm')).outcomes, [{ status: 'refused', reason: 'unknown_memory' }])
  const { row, outcomes } = fold(remembered(), embedded(2, 'm', 'cd'.repeat(16)))
  t.deepEqual(outcomes[1], { status: 'refused', reason: 'erased' })
  t.is(row.vectors, undefined)
})
