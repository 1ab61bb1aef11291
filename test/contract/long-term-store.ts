import test, { type ExecutionContext } from 'ava'
import type { LongTermChanges } from '../../domain/long-term/changes.ts'
import { ERASED_HMAC } from '../../domain/long-term/fold-erase.ts'
import type { LongTermStore } from '../../projections/ports/long-term-store.ts'
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

/** An empty store for one test. */
export interface OpenStore {
  readonly store: LongTermStore
  close(): Promise<void>
}

export interface StoreAdapter {
  readonly name: string
  open(): Promise<OpenStore>
}

/** What every {@link LongTermStore} promises, about rows; `long-term-move.ts` has what it promises about checkpoints. */
export function testLongTermStore(adapter: StoreAdapter): void {
  const withStore =
    (run: (t: ExecutionContext, store: LongTermStore) => Promise<void>) => async (t: ExecutionContext) => {
      const { store, close } = await adapter.open()
      try {
        await run(t, store)
      } finally {
        await close()
      }
    }

  test(`${adapter.name}: every field of every row is loaded as it was moved`, withStore(loadsRows))
  test(`${adapter.name}: a row that changes is loaded as it stands afterwards`, withStore(loadsChanged))
  test(`${adapter.name}: what does not exist is absent`, withStore(loadsNothing))
  test(`${adapter.name}: of a repeated command the first outcome is loaded`, withStore(firstOutcome))
  test(`${adapter.name}: asking twice for a row loads it once`, withStore(asksTwice))
  test(`${adapter.name}: an erased memory is loaded without its sealed part`, withStore(loadsErased))
  test(`${adapter.name}: a batch of a thousand memories moves whole`, withStore(largeBatch))
}

const NOTHING = { commandIds: [], memoryIds: [], links: [], scopes: [] }

async function moveTo(store: LongTermStore, offset: number, changes: LongTermChanges, partition = PARTITION) {
  const from = await store.checkpoint(partition)
  return store.move(partition, from, checkpointAt(from, offset), changes)
}

async function loadsRows(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const plain = memoryAt(0)
  const full = memoryAt(1, {
    kind: 'procedural',
    importance: 1_000,
    supersedes: plain.memoryId,
    supersededBy: uuidOf('later'),
    rehearsals: 1_024,
    intervals: [
      { knownFrom: 1, knownTo: 2, validTo: null },
      { knownFrom: 3, knownTo: null, validTo: 1_760_000_000_000 },
    ],
    contentLength: 50_000,
    sealed: new Uint8Array(200_000).fill(7),
  })
  const other = memoryAt(0, { tenant: 'globex', namespace: 'notes.v1' })
  const link = linkBetween(plain.memoryId, 'causes', full.memoryId, { intervals: full.intervals, changed: 1 })
  const refused = outcomeAt(1, { outcome: { status: 'refused', reason: 'supersedes_unknown' }, memoryId: null })
  const namespaces = [namespaceRow({ language: 'de', profile: 'dialogue' }), namespaceRow({ tenant: 'globex' })]
  const outcomes = [outcomeAt(0), refused]
  const changes = { ...NO_CHANGES, memories: [plain, full, other], links: [link], namespaces, outcomes }
  t.deepEqual(await moveTo(store, 1, changes), { outcome: 'moved' })

  const state = await store.load({
    commandIds: outcomes.map(({ commandId }) => commandId),
    memoryIds: [plain, full, other].map(({ memoryId }) => memoryId),
    links: [link],
    scopes: [ACME, { tenant: 'globex', namespace: 'default' }],
  })
  t.deepEqual(state.memories, [plain, full, other])
  t.deepEqual(state.links, [link])
  t.deepEqual(state.outcomes, outcomes)
  t.deepEqual(state.namespaces, namespaces)
}

async function loadsChanged(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const link = linkBetween(uuidOf('a'), 'causes', uuidOf('b'))
  await moveTo(store, 0, { ...remembered([0]), links: [link], namespaces: [namespaceRow()] })
  const memory = memoryAt(0, {
    changed: 1,
    rehearsals: 3,
    supersededBy: uuidOf('later'),
    intervals: [{ knownFrom: 1, knownTo: 2, validTo: 3 }],
  })
  const unlinked = { ...link, intervals: [{ knownFrom: 5, knownTo: 9, validTo: null }], changed: 1 }
  const namespace = namespaceRow({
    live: 0,
    total: 3,
    language: 'fr',
    profile: 'notes',
    firstKnownAt: 1,
    lastKnownAt: 9,
  })
  await moveTo(store, 1, { ...NO_CHANGES, memories: [memory], links: [unlinked], namespaces: [namespace] })
  const needs = { ...NOTHING, memoryIds: [memory.memoryId], links: [link], scopes: [ACME] }
  t.deepEqual(await store.load(needs), {
    outcomes: [],
    memories: [memory],
    links: [unlinked],
    namespaces: [namespace],
  })
}

async function loadsNothing(t: ExecutionContext, store: LongTermStore): Promise<void> {
  await moveTo(store, 0, remembered([0]))
  const needs = {
    commandIds: [uuidOf('x')],
    memoryIds: [uuidOf('y')],
    links: [linkBetween(uuidOf('x'), 'causes', uuidOf('y')), { ...linkBetween('a', 'b', 'c'), tenant: 'nobody' }],
    scopes: [{ tenant: 'nobody', namespace: 'default' }, ACME],
  }
  t.deepEqual(await store.load(needs), { outcomes: [], memories: [], links: [], namespaces: [] })
  t.deepEqual(await store.load(NOTHING), { outcomes: [], memories: [], links: [], namespaces: [] })
}

async function firstOutcome(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const first = outcomeAt(3)
  const repeats = [4, 5].map((offset) =>
    outcomeAt(offset, { commandId: first.commandId, outcome: { status: 'duplicate' } }),
  )
  await moveTo(store, 4, { ...NO_CHANGES, outcomes: [first, repeats[0]!] })
  await moveTo(store, 5, { ...NO_CHANGES, outcomes: [repeats[1]!] })
  const state = await store.load({ ...NOTHING, commandIds: [first.commandId] })
  t.deepEqual(state.outcomes, [first])
}

async function asksTwice(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const { memoryId, commandId, keyId, contentHmac } = memoryAt(0)
  await moveTo(store, 0, remembered([0]))
  const state = await store.load({
    ...NOTHING,
    memoryIds: [memoryId, memoryId],
    commandIds: [commandId, uuidOf('none'), commandId],
    contents: [keyId, '00'.repeat(16)].map((key) => ({ ...ACME, keyId: key, contentHmac })),
  })
  t.is(state.memories.length, 1)
  t.is(state.outcomes.length, 1)
}

async function loadsErased(t: ExecutionContext, store: LongTermStore): Promise<void> {
  await moveTo(store, 0, remembered([0]))
  const erased = memoryAt(0, { sealed: null, contentHmac: ERASED_HMAC, changed: 1 })
  await moveTo(store, 1, { ...NO_CHANGES, memories: [erased] })
  const state = await store.load({ ...NOTHING, memoryIds: [erased.memoryId] })
  t.deepEqual(state.memories, [erased])
}

async function largeBatch(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const offsets = Array.from({ length: 1_000 }, (_, i) => i)
  const changes = remembered(offsets)
  await moveTo(store, 999, changes)
  const ids = {
    memoryIds: changes.memories.map((row) => row.memoryId),
    commandIds: changes.outcomes.map((o) => o.commandId),
  }
  const state = await store.load({ ...NOTHING, ...ids })
  t.deepEqual(
    state.memories.map(({ offset }) => offset),
    offsets,
  )
  t.is(state.outcomes.length, 1_000)
}
