import { randomBytes } from 'node:crypto'
import test from 'ava'
import type { DataKeyEntry, KeyStore } from '../../../commands/ports/key-store.ts'
import { createKeyring } from '../../../infra/crypto/keyring.ts'
import { createMasterKey } from '../../../infra/crypto/master-key.ts'

const scope = { tenant: 'default', namespace: 'notes' }
const master = createMasterKey(Buffer.alloc(32, 7), 'test')

/** The port's rules over maps, with a pause in every answer so that callers race. */
function keyStore() {
  const keys = new Map<string, DataKeyEntry>()
  const index = new Map<string, Uint8Array>()
  const later = <T>(work: () => T): Promise<T> => new Promise((resolve) => setImmediate(() => resolve(work())))
  const current = (slot: string): DataKeyEntry | null => {
    const held = [...keys.values()].filter((entry) => entry.slot === slot)
    const generation = Math.max(...held.map((entry) => entry.generation))
    return held.find((entry) => entry.generation === generation) ?? null
  }
  const store: KeyStore = {
    currentKey: (slot) => later(() => current(slot)),
    key: (keyId) => later(() => keys.get(keyId) ?? null),
    keysOf: (slot) => later(() => [...keys.values()].filter((entry) => entry.slot === slot)),
    destroy: (keyIds) =>
      later(() => {
        for (const keyId of keyIds) {
          const entry = keys.get(keyId)
          if (entry !== undefined) keys.set(keyId, { ...entry, wrapped: null })
        }
      }),
    addKey: (entry) =>
      later(() => {
        keys.set(entry.keyId, entry)
        return current(entry.slot)!
      }),
    indexKey: (tenant) => later(() => index.get(tenant) ?? null),
    addIndexKey: (tenant, wrapped) =>
      later(() => {
        if (!index.has(tenant)) index.set(tenant, wrapped)
        return index.get(tenant)!
      }),
  }
  return { store, keys }
}

const context = (keyId: string) => ({
  ...scope,
  keyId,
  commandId: 'c',
  memoryId: 'm',
  type: 'Remember' as const,
})

test('what one keyring sealed, another over the same store and master key opens', async (t) => {
  const { store } = keyStore()
  const key = await createKeyring(store, master).dataKey(scope, 'ada')
  const sealed = key.seal(context(key.keyId), Buffer.from('secret'))
  const found = await createKeyring(store, master).byId(key.keyId)
  t.is(found.found, 'key')
  if (found.found === 'key') t.is(found.key.open(context(key.keyId), sealed).toString(), 'secret')
})

test('a seal opens nowhere but where it was made', async (t) => {
  const { store } = keyStore()
  const keyring = createKeyring(store, master)
  const key = await keyring.dataKey(scope, 'ada')
  const sealed = key.seal(context(key.keyId), Buffer.from('secret'))
  const found = await keyring.byId(key.keyId)
  if (found.found !== 'key') return t.fail('the key is there')
  const { key: opener } = found
  t.throws(() => opener.open({ ...context(key.keyId), tenant: 'other' }, sealed))
  t.throws(() => opener.open({ ...context(key.keyId), namespace: 'other' }, sealed))
  t.throws(() => opener.open({ ...context(key.keyId), memoryId: 'other' }, sealed))
  for (const at of [0, 1, 13, sealed.length - 1]) {
    const altered = Buffer.from(sealed)
    altered[at]! ^= 1
    t.throws(() => opener.open(context(key.keyId), altered), undefined, `byte ${at}`)
  }
})

test('edges that race for a new subject end up with the same key', async (t) => {
  const { store, keys } = keyStore()
  const rings = [createKeyring(store, master), createKeyring(store, master)]
  const made = await Promise.all(rings.map((ring) => ring.dataKey(scope, 'ada')))
  t.is(made[0]!.keyId, made[1]!.keyId)
  t.is(keys.size, 2)
})

test('each subject and each namespace has a key of its own', async (t) => {
  const { store } = keyStore()
  const keyring = createKeyring(store, master)
  const ids = await Promise.all([
    keyring.dataKey(scope, 'ada'),
    keyring.dataKey(scope, 'notes'),
    keyring.dataKey(scope, null),
    keyring.dataKey({ ...scope, namespace: 'ada' }, null),
    keyring.dataKey({ ...scope, tenant: 'other' }, null),
  ])
  t.is(new Set(ids.map(({ keyId }) => keyId)).size, ids.length)
  t.is((await keyring.dataKey(scope, 'ada')).keyId, ids[0]!.keyId)
})

test('after a destroyed key the subject gets the next generation', async (t) => {
  const { store, keys } = keyStore()
  const first = await createKeyring(store, master).dataKey(scope, 'ada')
  keys.set(first.keyId, { ...keys.get(first.keyId)!, wrapped: null })
  const keyring = createKeyring(store, master)
  const second = await keyring.dataKey(scope, 'ada')
  t.not(second.keyId, first.keyId)
  t.is(keys.get(second.keyId)?.generation, 2)
  t.deepEqual(await keyring.byId(first.keyId), { found: 'destroyed' })
  t.deepEqual(await keyring.byId('00'.repeat(16)), { found: 'missing' })
})

test('another master key opens nothing, and says so', async (t) => {
  const { store } = keyStore()
  const key = await createKeyring(store, master).dataKey(scope, null)
  const stranger = createKeyring(store, createMasterKey(randomBytes(32), 'the wrong file'))
  await t.throwsAsync(stranger.byId(key.keyId), { message: /another master key than the one in the wrong file/ })
})

test('a store that fails once is asked again', async (t) => {
  const { store } = keyStore()
  let failures = 1
  const keyring = createKeyring(
    {
      ...store,
      addKey: async (entry) => {
        if (failures-- > 0) throw new Error('disk full')
        return store.addKey(entry)
      },
    },
    master,
  )
  await t.throwsAsync(keyring.dataKey(scope, 'ada'), { message: 'disk full' })
  t.truthy((await keyring.dataKey(scope, 'ada')).keyId)
})

test('who needs a key that is being erased waits, and gets the next generation', async (t) => {
  const { store, keys } = keyStore()
  const keyring = createKeyring(store, master)
  const first = await keyring.dataKey(scope, 'ada')
  const { promise: appended, resolve: append } = Promise.withResolvers<void>()
  const erasing = keyring.withClosed([first.keyId], async () => {
    await appended
    await keyring.destroy([first.keyId])
  })
  const waiting = keyring.dataKey(scope, 'ada')
  const other = await keyring.dataKey(scope, 'bob')
  t.truthy(other.keyId, 'another subject does not wait')
  append()
  await erasing
  const next = await waiting
  t.not(next.keyId, first.keyId)
  t.is(keys.get(next.keyId)?.generation, 2)
})

test('an erasure that failed leaves the key as it was', async (t) => {
  const keyring = createKeyring(keyStore().store, master)
  const { keyId } = await keyring.dataKey(scope, 'ada')
  const failed = keyring.withClosed([keyId], () => Promise.reject(new Error('the log does not answer')))
  await t.throwsAsync(failed, { message: /does not answer/ })
  t.is((await keyring.dataKey(scope, 'ada')).keyId, keyId)
})

test('a key that another process destroyed is let go, and opens nothing more', async (t) => {
  const { store } = keyStore()
  const [here, there] = [createKeyring(store, master), createKeyring(store, master)]
  const { keyId } = await here.dataKey(scope, 'ada')
  await there.destroy([keyId])
  t.not(here.cached(keyId), null)
  here.forget([keyId])
  t.is(here.cached(keyId), null)
  t.true(here.isLetGo(keyId))
  t.is((await here.byId(keyId)).found, 'destroyed')
  t.not((await here.dataKey(scope, 'ada')).keyId, keyId)
})

test('the keys of a subject are all that it ever had, and asking makes none', async (t) => {
  const { store, keys } = keyStore()
  const keyring = createKeyring(store, master)
  t.deepEqual(await keyring.keyIdsOf(scope, 'ada'), [])
  const first = await keyring.dataKey(scope, 'ada')
  await keyring.destroy([first.keyId])
  const second = await keyring.dataKey(scope, 'ada')
  t.deepEqual(await keyring.keyIdsOf(scope, 'ada'), [first.keyId, second.keyId])
  t.deepEqual(await keyring.keyIdsOf({ ...scope, tenant: 'globex' }, 'ada'), [])
  t.is(keys.size, 2)
})

test('a renewed key seals nothing more and goes on opening, and one that is not the current one is left', async (t) => {
  const { store, keys } = keyStore()
  const keyring = createKeyring(store, master)
  const first = await keyring.dataKey(scope, 'ada')
  const sealed = first.seal(context(first.keyId), Buffer.from('secret'))
  await keyring.renew([first.keyId, 'f'.repeat(32)])
  const second = await keyring.dataKey(scope, 'ada')
  t.is(keys.get(second.keyId)?.generation, 2)
  const found = await keyring.byId(first.keyId)
  t.is(found.found === 'key' ? found.key.open(context(first.keyId), sealed).toString() : found.found, 'secret')
  await keyring.renew([first.keyId])
  t.is((await keyring.dataKey(scope, 'ada')).keyId, second.keyId)
  t.is(keys.size, 2)
})

test("the namespace's own key is no subject's, not one's of the same name either", async (t) => {
  const keyring = createKeyring(keyStore().store, master)
  const own = await keyring.dataKey(scope, null)
  t.deepEqual(await keyring.keyIdsOf(scope, scope.namespace), [])
  const subject = await keyring.dataKey(scope, scope.namespace)
  t.deepEqual(await keyring.keyIdsOf(scope, scope.namespace), [subject.keyId])
  t.not(own.keyId, subject.keyId)
})
