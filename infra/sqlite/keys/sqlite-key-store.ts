import type { DataKeyEntry, KeyStore } from '../../../commands/ports/key-store.ts'
import { naming } from '../data-dir/check-store.ts'
import { openForReading } from '../data-dir/open-database.ts'
import type { WriterThread } from '../writer/writer-thread.ts'
import { keysSchema } from './keys-schema.ts'
import { keyReader } from './read-keys.ts'

const CACHE_BYTES = 1 << 20

export interface SqliteKeyStore extends KeyStore {
  close(): void
}

/** keys.db: reads are synchronous on the calling thread, writes are durable in the writer thread before they answer. */
export function openSqliteKeyStore(thread: WriterThread, file: string): SqliteKeyStore {
  const database = openForReading(file, CACHE_BYTES)
  const reader = keyReader(database)
  const read = <Result>(work: () => Result): Result => naming(file, keysSchema, work)
  const addKey = gatheredAdds(thread)
  return {
    currentKey: async (slot) => read(() => reader.currentKey(slot)),
    key: async (keyId) => read(() => reader.key(keyId)),
    keysOf: async (slot) => read(() => reader.keysOf(slot)),
    indexKey: async (tenant) => read(() => reader.indexKey(tenant)),
    addKey,
    addIndexKey: (tenant, wrapped) => thread.request<Uint8Array>({ op: 'add-index-key', tenant, wrapped }),
    destroy: async (keyIds) => {
      await thread.request({ op: 'destroy-keys', keyIds })
    },
    close: () => database.close(),
  }
}

/**
 * Keys that are added while another add is on its way share one fsync: an import that meets a thousand new users adds a
 * thousand keys.
 */
function gatheredAdds(thread: WriterThread): KeyStore['addKey'] {
  let waiting: DataKeyEntry[] = []
  let next: Promise<readonly DataKeyEntry[]> | null = null
  let before: Promise<unknown> = Promise.resolve()
  const send = async (): Promise<readonly DataKeyEntry[]> => {
    await before
    const entries = waiting
    waiting = []
    next = null
    const holders = thread.request<readonly DataKeyEntry[]>({ op: 'add-keys', entries })
    // The next ones go out whatever became of these, whose callers hear of it themselves.
    before = Promise.allSettled([holders])
    return holders
  }
  return async (entry) => {
    const place = waiting.push(entry) - 1
    next ??= send()
    const holders = await next
    return holders[place]!
  }
}
