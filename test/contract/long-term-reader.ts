import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import type { LongTermChanges } from '../../domain/long-term/changes.ts'
import type { MemoryRow } from '../../domain/memory.ts'
import type { LongTermStore } from '../../projections/ports/long-term-store.ts'
import type { ChangeCursor, LongTermReader } from '../../query-api/ports/long-term-reader.ts'
import { propertyRuns } from '../support/property-runs.ts'
import {
  ACME,
  checkpointAt,
  linkBetween,
  memoryAt,
  NO_CHANGES,
  namespaceRow,
  outcomeAt,
  PARTITION,
  remembered,
  uuidOf,
} from './long-term-rows.ts'

/** An empty long-term memory, from both sides. */
export interface OpenLongTerm {
  readonly store: LongTermStore
  readonly reader: LongTermReader
  close(): Promise<void>
}

export interface ReaderAdapter {
  readonly name: string
  open(): Promise<OpenLongTerm>
}

/** What every {@link LongTermReader} promises. */
export function testLongTermReader(adapter: ReaderAdapter): void {
  const opened =
    (run: (t: ExecutionContext, longTerm: OpenLongTerm) => Promise<void>) => async (t: ExecutionContext) => {
      const longTerm = await adapter.open()
      try {
        await run(t, longTerm)
      } finally {
        await longTerm.close()
      }
    }

  test(
    `${adapter.name}: a page of changes carries the checkpoint of the namespace's partition`,
    opened(carriesCheckpoint),
  )
  test(`${adapter.name}: pages of any size bring every changed row once, in order`, opened(anyPageSize))
  test(`${adapter.name}: rows that share one change are told apart by their ids`, opened(sharedChange))
  test(`${adapter.name}: a row that changed comes again, and only it`, opened(comesAgain))
  test(`${adapter.name}: a namespace sees no rows of another`, opened(namespacesApart))
  test(`${adapter.name}: a memory is found by its id within its tenant only`, opened(findsMemory))
  test(`${adapter.name}: memories are found by ids within their namespace only`, opened(findsMemories))
  test(`${adapter.name}: links are found from both ends, each once`, opened(findsLinks))
  test(`${adapter.name}: namespaces are listed for their tenant`, opened(listsNamespaces))
  test(`${adapter.name}: a command's outcome is its first, within its tenant`, opened(findsOutcome))
}

const START: ChangeCursor = { changed: -1, memoryId: '' }

async function moveTo(store: LongTermStore, offset: number, changes: LongTermChanges): Promise<void> {
  const from = await store.checkpoint(PARTITION)
  const move = await store.move(PARTITION, from, checkpointAt(from, offset), changes)
  if (move.outcome !== 'moved') throw new Error(`the store answered ${move.outcome}`)
}

async function allChanges(reader: LongTermReader, limit: number): Promise<readonly MemoryRow[]> {
  const rows: MemoryRow[] = []
  for (let since = START; ; ) {
    const page = await reader.changes(ACME, since, limit)
    if (page.rows.length > limit) throw new Error('the page is longer than asked')
    rows.push(...page.rows)
    const last = page.rows.at(-1)
    if (!page.more || last === undefined) return rows
    since = { changed: last.changed, memoryId: last.memoryId }
  }
}

async function carriesCheckpoint(t: ExecutionContext, { store, reader }: OpenLongTerm): Promise<void> {
  const before = await reader.changes(ACME, START, 10)
  t.deepEqual(before, { checkpoint: await store.checkpoint(PARTITION), rows: [], more: false })
  await moveTo(store, 1, remembered([0, 1]))
  const page = await reader.changes(ACME, START, 10)
  t.deepEqual(page.checkpoint, await store.checkpoint(PARTITION))
  t.deepEqual(page.checkpoint, await reader.checkpoint(PARTITION))
  t.deepEqual(page.rows, [memoryAt(0), memoryAt(1)])
  t.false(page.more)
}

async function anyPageSize(t: ExecutionContext, { store, reader }: OpenLongTerm): Promise<void> {
  const rows = Array.from({ length: 60 }, (_, offset) => memoryAt(offset, { changed: offset - (offset % 7) + 60 }))
  await moveTo(store, 200, { ...NO_CHANGES, memories: rows })
  const expected = rows.toSorted((a, b) => a.changed - b.changed || (a.memoryId < b.memoryId ? -1 : 1))
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 70 }), async (limit) => {
      t.deepEqual(await allChanges(reader, limit), expected)
    }),
    { numRuns: propertyRuns(20) },
  )
}

async function sharedChange(t: ExecutionContext, { store, reader }: OpenLongTerm): Promise<void> {
  const rows = [0, 1, 2].map((offset) => memoryAt(offset, { changed: 9 }))
  await moveTo(store, 9, { ...NO_CHANGES, memories: rows })
  const page = await reader.changes(ACME, START, 2)
  t.true(page.more)
  const rest = await reader.changes(ACME, { changed: 9, memoryId: page.rows[1]!.memoryId }, 2)
  t.false(rest.more)
  t.deepEqual([...page.rows, ...rest.rows].map(({ offset }) => offset).toSorted(), [0, 1, 2])
}

async function comesAgain(t: ExecutionContext, { store, reader }: OpenLongTerm): Promise<void> {
  await moveTo(store, 2, remembered([0, 1, 2]))
  const since = { changed: 2, memoryId: memoryAt(2).memoryId }
  t.deepEqual((await reader.changes(ACME, since, 10)).rows, [])
  const reinforced = memoryAt(0, { changed: 3, rehearsals: 2 })
  await moveTo(store, 3, { ...NO_CHANGES, memories: [reinforced] })
  t.deepEqual((await reader.changes(ACME, since, 10)).rows, [reinforced])
}

async function namespacesApart(t: ExecutionContext, { store, reader }: OpenLongTerm): Promise<void> {
  const other = { tenant: 'acme', namespace: 'other' }
  const foreign = { tenant: 'globex', namespace: 'default' }
  const rows = [memoryAt(0), memoryAt(1, other), memoryAt(2, foreign)]
  await moveTo(store, 2, { ...NO_CHANGES, memories: rows })
  t.deepEqual((await reader.changes(ACME, START, 10)).rows, [rows[0]!])
  t.deepEqual((await reader.changes(other, START, 10)).rows, [rows[1]!])
  t.deepEqual((await reader.changes({ tenant: 'globex', namespace: 'other' }, START, 10)).rows, [])
}

async function findsMemory(t: ExecutionContext, { store, reader }: OpenLongTerm): Promise<void> {
  const row = memoryAt(0, { tenant: 'acme', namespace: 'other' })
  await moveTo(store, 0, { ...NO_CHANGES, memories: [row] })
  t.deepEqual(await reader.memory('acme', row.memoryId), row)
  t.is(await reader.memory('globex', row.memoryId), null)
  t.is(await reader.memory('acme', uuidOf('none')), null)
}

async function findsMemories(t: ExecutionContext, { store, reader }: OpenLongTerm): Promise<void> {
  const rows = [memoryAt(0), memoryAt(1), memoryAt(2, { tenant: 'acme', namespace: 'other' })]
  await moveTo(store, 2, { ...NO_CHANGES, memories: rows })
  const ids = [...rows.map(({ memoryId }) => memoryId), uuidOf('none'), rows[0]!.memoryId]
  const found = await reader.memories(ACME, ids)
  t.deepEqual(
    found.toSorted((a, b) => a.offset - b.offset),
    [rows[0]!, rows[1]!],
  )
  t.deepEqual(await reader.memories(ACME, []), [])
}

async function findsLinks(t: ExecutionContext, { store, reader }: OpenLongTerm): Promise<void> {
  const [a, b, c] = [uuidOf('a'), uuidOf('b'), uuidOf('c')]
  const links = [linkBetween(a, 'causes', b), linkBetween(a, 'follows', b), linkBetween(c, 'causes', a)]
  const elsewhere = linkBetween(a, 'causes', b, { namespace: 'other' })
  await moveTo(store, 0, { ...NO_CHANGES, links: [...links, elsewhere] })
  const found = async (...ids: readonly string[]) => {
    const rows = await reader.links(ACME, ids)
    return rows
      .map(({ from, rel, to }) => links.findIndex((l) => l.from === from && l.rel === rel && l.to === to))
      .toSorted()
  }
  t.deepEqual(await found(a), [0, 1, 2])
  t.deepEqual(await found(b), [0, 1])
  t.deepEqual(await found(a, b, c), [0, 1, 2])
  t.deepEqual(await found(uuidOf('none')), [])
  t.deepEqual(await reader.links(ACME, [c]), [links[2]!])
  const few = await reader.links(ACME, [a, c], 1)
  t.is(few.filter(({ from }) => from === a).length, 1, 'two start there')
  t.is(few.filter(({ to }) => to === a).length, 1)
}

async function listsNamespaces(t: ExecutionContext, { store, reader }: OpenLongTerm): Promise<void> {
  const rows = ['alpha', 'beta'].map((namespace) => namespaceRow({ tenant: 'acme', namespace }))
  const foreign = namespaceRow({ tenant: 'globex', namespace: 'alpha', live: 9 })
  // A refused command leaves an outcome in a namespace that does not exist.
  const refused = outcomeAt(0, { ...ACME, outcome: { status: 'refused', reason: 'unknown_memory' } })
  await moveTo(store, 0, { ...NO_CHANGES, namespaces: [...rows, foreign], outcomes: [refused] })
  const listed = await reader.namespaces('acme')
  t.deepEqual(
    listed.toSorted((a, b) => (a.namespace < b.namespace ? -1 : 1)),
    rows,
  )
  t.deepEqual(await reader.namespace({ tenant: 'globex', namespace: 'alpha' }), foreign)
  t.is(await reader.namespace(ACME), null)
  t.deepEqual(await reader.namespaces('nobody'), [])
}

async function findsOutcome(t: ExecutionContext, { store, reader }: OpenLongTerm): Promise<void> {
  const first = outcomeAt(3, { outcome: { status: 'conflict' } })
  const repeat = outcomeAt(4, { commandId: first.commandId, outcome: { status: 'duplicate' } })
  await moveTo(store, 4, { ...NO_CHANGES, outcomes: [first, repeat] })
  t.deepEqual(await reader.outcome('acme', first.commandId), first)
  t.is(await reader.outcome('globex', first.commandId), null)
  t.is(await reader.outcome('acme', uuidOf('none')), null)
}
