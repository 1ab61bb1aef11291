import type { KeyStore } from '../../../commands/ports/key-store.ts'
import { naming } from '../data-dir/check-store.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { keysSchema } from './keys-schema.ts'
import { keyReader } from './read-keys.ts'

const CACHE_BYTES = 1 << 20

const refuse = async (): Promise<never> => {
  throw new Error('This thread only reads keys')
}

export interface ReadOnlyKeyStore extends KeyStore {
  /** Whether keys.db was written to since this was asked last: a key may have been destroyed. */
  changed(): boolean
  close(): void
}

/** keys.db for a thread that opens and never seals. */
export function openReadOnlyKeyStore(file: string): ReadOnlyKeyStore {
  const database = openForReading(file, CACHE_BYTES)
  const reader = keyReader(database)
  const version = database.prepare('pragma data_version')
  let seen = 0
  const read = <Result>(work: () => Result): Result => naming(file, keysSchema, work)
  return {
    currentKey: async (slot) => read(() => reader.currentKey(slot)),
    key: async (keyId) => read(() => reader.key(keyId)),
    keysOf: async (slot) => read(() => reader.keysOf(slot)),
    indexKey: async (tenant) => read(() => reader.indexKey(tenant)),
    addKey: refuse,
    addIndexKey: refuse,
    destroy: refuse,
    changed() {
      const now = read(() => Number(version.get()?.data_version))
      const isOther = now !== seen
      seen = now
      return isOther
    },
    close: () => database.close(),
  }
}
