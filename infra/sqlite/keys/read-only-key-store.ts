import type { KeyStore } from '../../../commands/ports/key-store.ts'
import { naming } from '../data-dir/check-store.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { keysSchema } from './keys-schema.ts'
import { keyReader } from './read-keys.ts'

const CACHE_BYTES = 1 << 20

const refuse = async (): Promise<never> => {
  throw new Error('This thread only reads keys')
}

/** keys.db for a thread that opens and never seals. */
export function openReadOnlyKeyStore(file: string): KeyStore & { close(): void } {
  const database = openForReading(file, CACHE_BYTES)
  const reader = keyReader(database)
  const read = <Result>(work: () => Result): Result => naming(file, keysSchema, work)
  return {
    currentKey: async (slot) => read(() => reader.currentKey(slot)),
    key: async (keyId) => read(() => reader.key(keyId)),
    keysOf: async (slot) => read(() => reader.keysOf(slot)),
    indexKey: async (tenant) => read(() => reader.indexKey(tenant)),
    addKey: refuse,
    addIndexKey: refuse,
    destroy: refuse,
    close: () => database.close(),
  }
}
