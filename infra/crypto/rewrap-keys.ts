import type { DataKeyEntry } from '../../commands/ports/key-store.ts'
import { dataKeyContext } from './data-key-context.ts'
import type { KeyWrapper } from './key-wrapper.ts'

export interface WrappedIndexKey {
  readonly tenant: string
  readonly wrapped: Uint8Array
}

export interface WrappedDataKey extends DataKeyEntry {
  readonly wrapped: Uint8Array
}

/** A key store for whoever wraps its keys anew, also while others use it. */
export interface RewrapStore {
  /** Data keys that are not destroyed, behind the id `after` (`''`: from the first), by their ids. */
  dataKeysAfter(after: string, limit: number): Promise<readonly WrappedDataKey[]>
  indexKeys(): Promise<readonly WrappedIndexKey[]>
  /**
   * Puts the keys, wrapped anew, in the place of what is there, durably. One that was destroyed meanwhile stays destroyed.
   */
  replace(dataKeys: readonly WrappedDataKey[], indexKeys: readonly WrappedIndexKey[]): Promise<void>
}

export interface Rewrapped {
  readonly dataKeys: number
  readonly indexKeys: number
  /** Of all keys, those that the current key had wrapped before. */
  readonly current: number
}

const PAGE = 500

/**
 * Wraps every key with the current master key. Ended halfway and called again it goes on with what is left. Rejects when a
 * key cannot be unwrapped: the key that wrapped it is then neither the current nor the previous one.
 */
export async function rewrapKeys(store: RewrapStore, wrapper: KeyWrapper): Promise<Rewrapped> {
  let [dataKeys, current] = [0, 0]
  const index = await store.indexKeys()
  const staleIndex = index.filter(({ wrapped }) => !wrapper.isCurrent(wrapped))
  const newIndex = await Promise.all(staleIndex.map((key) => rewrapped(wrapper, 'index-key', [key.tenant], key)))
  if (newIndex.length > 0) await store.replace([], newIndex)
  for (let after = ''; ; ) {
    const page = await store.dataKeysAfter(after, PAGE)
    const stale = page.filter(({ wrapped }) => !wrapper.isCurrent(wrapped))
    const anew = await Promise.all(stale.map((key) => rewrapped(wrapper, 'data-key', dataKeyContext(key), key)))
    if (anew.length > 0) await store.replace(anew, [])
    dataKeys += anew.length
    current += page.length - anew.length
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) break
    after = last.keyId
  }
  current += index.length - newIndex.length
  return { dataKeys, indexKeys: newIndex.length, current }
}

async function rewrapped<Key extends { readonly wrapped: Uint8Array }>(
  wrapper: KeyWrapper,
  label: string,
  context: readonly string[],
  key: Key,
): Promise<Key> {
  const secret = await wrapper.unwrap(label, context, key.wrapped)
  return { ...key, wrapped: await wrapper.wrap(label, context, secret) }
}
