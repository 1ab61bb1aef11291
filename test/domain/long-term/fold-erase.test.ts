import test from 'ava'
import fc from 'fast-check'
import type { Command, Erase, Genesis, Remember } from '../../../domain/command.ts'
import { foldLongTerm } from '../../../domain/long-term/fold.ts'
import type { FoldEntry } from '../../../domain/long-term/fold-entry.ts'
import { ERASED_HMAC } from '../../../domain/long-term/fold-erase.ts'
import { needsOf } from '../../../domain/long-term/needs.ts'
import { isLive } from '../../../domain/memory.ts'
import { commands, uuidOf } from '../../support/arbitrary-commands.ts'
import { InMemoryLongTermStore } from '../../support/in-memory-long-term-store.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const scope = { tenant: 'default', namespace: 'default' }
const ANNA = 'aa'.repeat(16)
const BERT = 'bb'.repeat(16)

type Change = Exclude<Command, Genesis>

/** Folds in batches of `size`. */
async function folded(list: readonly Change[], size = list.length): Promise<InMemoryLongTermStore> {
  const store = new InMemoryLongTermStore()
  const entries = list.map((command, offset): FoldEntry => {
    return { scope, partition: 0, offset, command, dataSchema: 2, knownAt: 1_000 + offset }
  })
  for (let at = 0; at < entries.length; at += size) {
    const batch = entries.slice(at, at + size)
    const from = await store.checkpoint(0)
    const last = batch.at(-1)!
    const to = { ...from, offset: last.offset, lastCommandId: last.command.commandId, knownTime: last.knownAt }
    await store.move(0, from, to, foldLongTerm(await store.load(needsOf(batch)), batch))
  }
  return store
}

let made = 0

const envelope = (keyId: string) => ({
  commandId: uuidOf('cmd', ++made),
  recordedAt: 1_000,
  principal: 'tester',
  keyId,
  requestHmac: new Uint8Array(32).fill(made),
})

const remember = (keyId: string, more: Partial<Remember> = {}): Remember => ({
  type: 'Remember',
  ...envelope(keyId),
  memoryId: uuidOf('mem', made),
  kind: 'episodic',
  occurredAt: 1_000 + made,
  importance: 500,
  ttlSeconds: null,
  supersedes: null,
  links: [],
  contentHmac: new Uint8Array(32).fill(7),
  contentLength: 1,
  sealed: Uint8Array.of(1),
  ...more,
})

const erase = (keyIds: readonly string[]): Erase => ({
  type: 'Erase',
  ...envelope(BERT),
  receiptId: uuidOf('rec', 1),
  keyIds,
  parts: [],
})

for (const size of [1, 100]) {
  test(`an erased memory keeps its envelope and loses what was sealed, in batches of ${size}`, async (t) => {
    const [hers, his] = [remember(ANNA), remember(BERT)]
    const store = await folded([hers, his, erase([ANNA])], size)
    const row = store.memories.get(hers.memoryId)!
    t.like(row, { sealed: null, contentHmac: ERASED_HMAC, changed: 2, occurredAt: hers.occurredAt, keyId: ANNA })
    t.false(isLive(row))
    t.true(isLive(store.memories.get(his.memoryId)!))
    t.like([...store.namespaces.values()][0], { live: 1, total: 2 })
    t.deepEqual(
      store.erased.erasures.map(({ memories }) => memories),
      [1],
    )
  })

  test(`what an erased memory corrected stays corrected, and its links stay, in batches of ${size}`, async (t) => {
    const his = remember(BERT)
    const hers = remember(ANNA, { supersedes: his.memoryId, links: [{ rel: 'about', target: his.memoryId }] })
    const store = await folded([his, hers, erase([ANNA])], size)
    t.is(store.memories.get(his.memoryId)?.supersededBy, hers.memoryId)
    t.is(store.links.size, 1)
  })

  test(`a record under an erased key is refused and changes nothing, in batches of ${size}`, async (t) => {
    const his = remember(BERT)
    const late = remember(ANNA, { supersedes: his.memoryId })
    const store = await folded([his, erase([ANNA]), late], size)
    t.deepEqual(store.outcomes.at(-1)?.outcome, { status: 'refused', reason: 'erased' })
    t.false(store.memories.has(late.memoryId))
    t.is(store.memories.get(his.memoryId)?.supersededBy, null)
  })

  test(`what is erased is not restored, corrected or embedded, in batches of ${size}`, async (t) => {
    const hers = remember(ANNA)
    const about = [
      { type: 'Restore' as const, ...envelope(BERT), memoryIds: [hers.memoryId] },
      remember(BERT, { supersedes: hers.memoryId }),
      { type: 'Embed' as const, ...envelope(ANNA), memoryId: hers.memoryId, model: 'm', sealed: Uint8Array.of(1) },
    ]
    const store = await folded([hers, erase([ANNA]), ...about], size)
    for (const { outcome } of store.outcomes.slice(2)) t.deepEqual(outcome, { status: 'refused', reason: 'erased' })
    t.is(store.memories.get(hers.memoryId)?.sealed, null)
  })

  test(`erasing again finds nothing more to erase, in batches of ${size}`, async (t) => {
    const store = await folded([remember(ANNA), erase([ANNA]), erase([ANNA, BERT])], size)
    t.deepEqual(
      store.erased.erasures.map(({ memories }) => memories),
      [1, 0],
    )
  })
}

test('whatever happens, nothing sealed stands under an erased key, and each erasure counts what it took', async (t) => {
  await fc.assert(
    fc.asyncProperty(commands, fc.integer({ min: 1, max: 9 }), async (list, size) => {
      const store = await folded(list, size)
      const erased = new Set(store.erased.erasures.flatMap(({ keyIds }) => keyIds))
      const tombstones = [...store.memories.values()].filter(({ sealed }) => sealed === null)
      for (const { keyId, sealed } of store.memories.values()) t.is(sealed === null, erased.has(keyId))
      t.is(
        store.erased.erasures.reduce((sum, { memories }) => sum + memories, 0),
        tombstones.length,
      )
    }),
    { numRuns: propertyRuns(300) },
  )
})
