import test, { type ExecutionContext } from 'ava'
import type { DataKeyEntry, KeyStore } from '../../commands/ports/key-store.ts'

/** Two edges on one set of keys. */
export interface OpenKeyStores {
  readonly edges: readonly [KeyStore, KeyStore]
  close(): Promise<void>
}

export interface KeyStoreAdapter {
  readonly name: string
  /** Opens what `place` names; opening it again finds what was stored. Without it, a place of its own. */
  open(place: string): Promise<OpenKeyStores>
  newPlace(): string
}

/** What every {@link KeyStore} promises. */
export function testKeyStore(adapter: KeyStoreAdapter): void {
  const withStores = (run: (t: ExecutionContext, edges: OpenKeyStores['edges']) => Promise<void>) => {
    return async (t: ExecutionContext) => {
      const stores = await adapter.open(adapter.newPlace())
      try {
        await run(t, stores.edges)
      } finally {
        await stores.close()
      }
    }
  }

  test(`${adapter.name}: a slot without a key has none`, withStores(hasNone))
  test(`${adapter.name}: an added key is the current one and is found by its id`, withStores(findsAdded))
  test(`${adapter.name}: of two edges that race for a generation both get the same key`, withStores(raceAgrees))
  test(`${adapter.name}: the rival that lost is still found by its id`, withStores(keepsRival))
  test(`${adapter.name}: the highest generation is the current one`, withStores(highestGeneration))
  test(`${adapter.name}: a key that is sent twice stands once`, withStores(sentTwice))
  test(`${adapter.name}: many keys added at once are each answered with their own`, withStores(manyAtOnce))
  test(
    `${adapter.name}: a slot's keys are all that were ever added, rivals and destroyed ones too`,
    withStores(keysOfSlot),
  )
  test(
    `${adapter.name}: a destroyed key is a mark for every edge, and ids that do not exist are passed over`,
    withStores(destroys),
  )
  test(`${adapter.name}: the first index key of a tenant holds`, withStores(firstIndexKey))
  test(`${adapter.name}: what was answered is there after a restart`, (t) => survivesRestart(t, adapter))
}

let made = 0

function newKey(slot: string, generation = 1): DataKeyEntry {
  const keyId = (++made).toString(16).padStart(32, '0')
  return { keyId, slot, generation, wrapped: Buffer.from(`wrapped ${keyId}`) }
}

/** Entries with their bytes as plain buffers, so that they can be compared. */
const plain = (entry: DataKeyEntry | null) =>
  entry === null ? null : { ...entry, wrapped: entry.wrapped === null ? null : Buffer.from(entry.wrapped) }

async function hasNone(t: ExecutionContext, [store]: OpenKeyStores['edges']): Promise<void> {
  t.is(await store.currentKey('aa'), null)
  t.is(await store.key('00'), null)
  t.is(await store.indexKey('acme'), null)
}

async function findsAdded(t: ExecutionContext, [store, other]: OpenKeyStores['edges']): Promise<void> {
  const entry = newKey('aa')
  t.deepEqual(plain(await store.addKey(entry)), plain(entry))
  for (const edge of [store, other]) {
    t.deepEqual(plain(await edge.currentKey('aa')), plain(entry))
    t.deepEqual(plain(await edge.key(entry.keyId)), plain(entry))
  }
  t.is(await other.currentKey('bb'), null)
}

async function raceAgrees(t: ExecutionContext, [one, two]: OpenKeyStores['edges']): Promise<void> {
  const rivals = Array.from({ length: 10 }, () => newKey('aa'))
  const holders = await Promise.all(rivals.map((entry, i) => (i % 2 === 0 ? one : two).addKey(entry)))
  t.is(new Set(holders.map(({ keyId }) => keyId)).size, 1)
  t.deepEqual(plain(await one.currentKey('aa')), plain(holders[0] ?? null))
  t.deepEqual(plain(await two.currentKey('aa')), plain(holders[0] ?? null))
}

async function keepsRival(t: ExecutionContext, [one, two]: OpenKeyStores['edges']): Promise<void> {
  const first = await one.addKey(newKey('aa'))
  const rival = newKey('aa')
  t.is((await two.addKey(rival)).keyId, first.keyId)
  t.deepEqual(plain(await one.key(rival.keyId)), plain(rival))
}

async function highestGeneration(t: ExecutionContext, [one]: OpenKeyStores['edges']): Promise<void> {
  const second = newKey('aa', 2)
  const first = newKey('aa', 1)
  await one.addKey(second)
  t.is((await one.addKey(first)).keyId, first.keyId)
  t.is((await one.currentKey('aa'))?.keyId, second.keyId)
}

async function sentTwice(t: ExecutionContext, [one, two]: OpenKeyStores['edges']): Promise<void> {
  const entry = newKey('aa')
  await one.addKey(entry)
  const again = await two.addKey({ ...entry, wrapped: Buffer.from('wrapped anew') })
  t.deepEqual(plain(again), plain(entry))
  t.deepEqual(plain(await one.key(entry.keyId)), plain(entry))
}

async function manyAtOnce(t: ExecutionContext, [one, two]: OpenKeyStores['edges']): Promise<void> {
  const entries = Array.from({ length: 100 }, (_, i) => newKey(`slot ${i}`))
  const holders = await Promise.all(entries.map((entry, i) => (i % 3 === 0 ? two : one).addKey(entry)))
  t.deepEqual(holders.map(plain), entries.map(plain))
}

async function keysOfSlot(t: ExecutionContext, [one, two]: OpenKeyStores['edges']): Promise<void> {
  const entries = [newKey('aa'), newKey('aa'), newKey('aa', 2)]
  for (const [i, entry] of [...entries, newKey('bb')].entries()) await (i % 2 === 0 ? one : two).addKey(entry)
  await one.destroy([entries[0]!.keyId])
  for (const edge of [one, two]) {
    t.deepEqual(
      (await edge.keysOf('aa')).map(({ keyId, generation, wrapped }) => [keyId, generation, wrapped === null]),
      entries.map(({ keyId, generation }, i) => [keyId, generation, i === 0]),
    )
  }
  t.deepEqual(await one.keysOf('cc'), [])
}

async function destroys(t: ExecutionContext, [one, two]: OpenKeyStores['edges']): Promise<void> {
  const [kept, gone] = [newKey('aa'), newKey('bb')]
  for (const entry of [kept, gone]) await one.addKey(entry)
  await two.destroy([gone.keyId, 'f'.repeat(32), gone.keyId])
  for (const edge of [two, one]) {
    t.deepEqual(plain(await edge.currentKey('bb')), { ...gone, wrapped: null })
    t.deepEqual(plain(await edge.currentKey('aa')), plain(kept))
  }
  t.is((await one.addKey({ ...gone })).wrapped, null, 'sending it again brings nothing back')
}

async function firstIndexKey(t: ExecutionContext, [one, two]: OpenKeyStores['edges']): Promise<void> {
  const answers = await Promise.all([
    one.addIndexKey('acme', Buffer.from('one')),
    two.addIndexKey('acme', Buffer.from('two')),
  ])
  const held = Buffer.from((await one.indexKey('acme')) ?? []).toString()
  t.true(['one', 'two'].includes(held))
  t.deepEqual(
    answers.map((answer) => Buffer.from(answer).toString()),
    [held, held],
  )
  t.is(await two.indexKey('globex'), null)
}

async function survivesRestart(t: ExecutionContext, adapter: KeyStoreAdapter): Promise<void> {
  const place = adapter.newPlace()
  const before = await adapter.open(place)
  const entry = await before.edges[0].addKey(newKey('aa'))
  await before.edges[0].addIndexKey('acme', Buffer.from('index'))
  await before.close()
  const after = await adapter.open(place)
  t.deepEqual(plain(await after.edges[1].currentKey('aa')), plain(entry))
  t.is(Buffer.from((await after.edges[1].indexKey('acme')) ?? []).toString(), 'index')
  await after.close()
}
