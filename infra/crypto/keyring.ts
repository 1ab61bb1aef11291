import { createHmac, randomBytes } from 'node:crypto'
import type { DataKeyEntry, KeyStore } from '../../commands/ports/key-store.ts'
import type { SubjectKeys } from '../../commands/ports/subject-keys.ts'
import type { DataKey, Vault } from '../../commands/ports/vault.ts'
import { lengthPrefixed } from '../../domain/length-prefixed.ts'
import type { Scope } from '../../domain/names.ts'
import { BoundedMap } from './bounded-map.ts'
import { createDataKey, type OpenedDataKey } from './data-key.ts'
import { dataKeyContext } from './data-key-context.ts'
import type { KeyWrapper } from './key-wrapper.ts'

const KEY_BYTES = 32
const KEY_ID_BYTES = 16
const MAX_OPENED_KEYS = 50_000
const FIRST_GENERATION = 1

/** A data key by its id: opened, marked destroyed, or absent without a mark, which is an alarm. */
export type KeyLookup =
  | { readonly found: 'key'; readonly key: OpenedDataKey }
  | { readonly found: 'destroyed' }
  | { readonly found: 'missing' }

/** Opens, makes and caches data keys. */
export interface Keyring extends Vault {
  /** A key that is in memory, without waiting; `null` when it must be looked up. */
  cached(keyId: string): OpenedDataKey | null
  byId(keyId: string): Promise<KeyLookup>
}

/** A keyring that also lets keys go. */
export interface SubjectKeyring extends Keyring, SubjectKeys {
  /** The keys seal nothing more without another look at who is current; they go on opening. */
  leave(keyIds: Iterable<string>): void
  /** Keys that are in memory are let go; they can be had again, unless they were destroyed. */
  forget(keyIds: Iterable<string>): void
  /** Whether the key was let go and has not been opened since. */
  isLetGo(keyId: string): boolean
  /** Of all keys. */
  forgetAll(): void
}

export function createKeyring(store: KeyStore, wrapper: KeyWrapper): SubjectKeyring {
  const opened = new BoundedMap<string, OpenedDataKey>(MAX_OPENED_KEYS)
  const slots = new BoundedMap<string, Promise<OpenedDataKey>>(MAX_OPENED_KEYS)
  /** Where in `slots` the current key of a slot stands, by its id. */
  const places = new BoundedMap<string, string>(MAX_OPENED_KEYS)
  const indexKeys = new Map<string, Promise<Uint8Array>>()
  /** Keys that are being erased, until that is done. */
  const closed = new Map<string, Promise<void>>()

  /** Keys that were let go and have not been opened since. */
  const letGo = new BoundedMap<string, true>(MAX_OPENED_KEYS)

  const unwrap = async (entry: DataKeyEntry, wrapped: Uint8Array): Promise<OpenedDataKey> => {
    const known = opened.get(entry.keyId)
    if (known !== undefined) return known
    letGo.delete(entry.keyId)
    const key = createDataKey(entry.keyId, await wrapper.unwrap('data-key', dataKeyContext(entry), wrapped))
    // It may have been destroyed while a key service unwrapped it: then it serves this caller and is not kept.
    if (letGo.get(entry.keyId) === undefined) opened.set(entry.keyId, key)
    return key
  }

  const leave = (keyIds: Iterable<string>): void => {
    for (const keyId of keyIds) {
      const place = places.get(keyId)
      if (place !== undefined) slots.delete(place)
      places.delete(keyId)
    }
  }

  const forget = (keyIds: Iterable<string>): void => {
    for (const keyId of keyIds) {
      letGo.set(keyId, true)
      opened.delete(keyId)
      leave([keyId])
    }
  }

  const indexKeyOf = async (tenant: string): Promise<Uint8Array> => {
    const stored = await store.indexKey(tenant)
    const made = stored === null ? await wrapper.wrap('index-key', [tenant], randomBytes(KEY_BYTES)) : null
    const wrapped = stored ?? (await store.addIndexKey(tenant, made!))
    return wrapper.unwrap('index-key', [tenant], wrapped)
  }

  /** The key that holds the generation: a new one, or a rival that was there before. */
  const addKey = async (slot: string, generation: number): Promise<DataKeyEntry> => {
    const keyId = randomBytes(KEY_ID_BYTES).toString('hex')
    const wrapped = await wrapper.wrap('data-key', dataKeyContext({ keyId, slot, generation }), randomBytes(KEY_BYTES))
    return store.addKey({ keyId, slot, generation, wrapped })
  }

  const currentKey = async (slot: string): Promise<OpenedDataKey> => {
    const stored = await store.currentKey(slot)
    const erasing = stored === null ? undefined : closed.get(stored.keyId)
    if (erasing !== undefined) {
      await erasing
      return currentKey(slot)
    }
    if (stored !== null && stored.wrapped !== null) return unwrap(stored, stored.wrapped)
    const holder = await addKey(slot, stored === null ? FIRST_GENERATION : stored.generation + 1)
    if (holder.wrapped === null) return currentKey(slot)
    return unwrap(holder, holder.wrapped)
  }

  const keyring: SubjectKeyring = {
    async dataKey(scope: Scope, subject: string | null): Promise<DataKey> {
      const cacheKey = `${scope.tenant}/${scope.namespace}/${subject === null ? 'n' : `u${subject}`}`
      const key = await once(slots, cacheKey, async () => {
        const indexKey = await once(indexKeys, scope.tenant, () => indexKeyOf(scope.tenant))
        const current = await currentKey(slotOf(indexKey, scope.namespace, subject))
        places.set(current.keyId, cacheKey)
        return current
      })
      if (letGo.get(key.keyId) !== undefined) slots.delete(cacheKey)
      const erasing = closed.get(key.keyId)
      if (erasing === undefined) return key
      // It was looked up before the erasure began.
      await erasing
      return keyring.dataKey(scope, subject)
    },
    async keyIdsOf({ tenant, namespace }, subject) {
      const wrapped = await store.indexKey(tenant)
      if (wrapped === null) return []
      const slot = slotOf(await wrapper.unwrap('index-key', [tenant], wrapped), namespace, subject)
      return (await store.keysOf(slot)).map(({ keyId }) => keyId)
    },
    async withClosed(keyIds, work) {
      const { promise, resolve: open } = Promise.withResolvers<void>()
      for (const keyId of keyIds) closed.set(keyId, promise)
      forget(keyIds)
      try {
        return await work()
      } finally {
        for (const keyId of keyIds) closed.delete(keyId)
        forget(keyIds)
        open()
      }
    },
    async renew(keyIds) {
      for (const keyId of keyIds) {
        const entry = await store.key(keyId)
        const current = entry === null ? null : await store.currentKey(entry.slot)
        // A destroyed one has its next generation when somebody writes.
        if (current?.keyId === keyId && current.wrapped !== null) await addKey(current.slot, current.generation + 1)
      }
      leave(keyIds)
    },
    async destroy(keyIds) {
      await store.destroy(keyIds)
      forget(keyIds)
    },
    leave,
    forget,
    isLetGo: (keyId) => letGo.get(keyId) !== undefined,
    forgetAll() {
      opened.clear()
      slots.clear()
      places.clear()
    },
    cached: (keyId) => opened.get(keyId) ?? null,
    async byId(keyId) {
      const known = opened.get(keyId)
      if (known !== undefined) return { found: 'key', key: known }
      const entry = await store.key(keyId)
      if (entry === null) return { found: 'missing' }
      if (entry.wrapped === null) return { found: 'destroyed' }
      return { found: 'key', key: await unwrap(entry, entry.wrapped) }
    },
  }
  return keyring
}

/** formats.md, "Names and slots": a slot tells nothing of whose it is without the tenant's index key. */
function slotOf(indexKey: Uint8Array, namespace: string, subject: string | null): string {
  const [kind, holder] = subject === null ? ['namespace', namespace] : ['user', subject]
  return createHmac('sha256', indexKey)
    .update(lengthPrefixed(namespace, kind, holder))
    .digest('hex')
}

interface PromiseCache<T> {
  get(key: string): Promise<T> | undefined
  set(key: string, value: Promise<T>): unknown
  delete(key: string): unknown
}

/** One lookup for everybody who asks at once; a failed one is asked again. */
function once<T>(cache: PromiseCache<T>, key: string, load: () => Promise<T>): Promise<T> {
  const known = cache.get(key)
  if (known !== undefined) return known
  const loading = load()
  cache.set(key, loading)
  loading.catch(() => cache.delete(key))
  return loading
}
