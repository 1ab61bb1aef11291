import { randomBytes } from 'node:crypto'
import type { DataKeyEntry, KeyStore } from '../../../commands/ports/key-store.ts'
import type { KeyRecord } from '../../../schemas/key-codec.ts'
import { gathered } from './gathered.ts'
import { KeyLogError } from './key-log-error.ts'
import type { RankedKey } from './key-table.ts'
import { type KeyLog, type KeyLogOptions, openKeyLog } from './open-key-log.ts'
import { within } from './within.ts'

const ATTEMPT_ID_BYTES = 16

export interface KafkaKeyStore extends KeyStore {
  /** The offset that is read next, how many data keys are held, and why the topic could not be read when it last was tried. */
  progress(): { readonly next: number; readonly keys: number; readonly trouble: Error | null }
  close(): Promise<void>
}

/**
 * The keys in the compacted topic `memory.keys`. This process holds all of them in memory, read from the beginning before
 * this answers, and looks every half second for what other processes added.
 *
 * - What an answer depends on being the newest (which key a slot has) is read up to the topic's present end first, and so is
 *   what is not known here: one process's answered `addKey` is seen by every later call in another.
 * - What is known and cannot change but for the mark (a key by its id, a tenant's index key) is answered from memory, also
 *   while Kafka is away.
 * - A key id is sent to the log once. After an unanswered produce the caller hears of it and draws another id: the same
 *   record twice would, once compaction has removed the first, rank behind its rivals.
 */
export const openKafkaKeyStore = async (options: KeyLogOptions): Promise<KafkaKeyStore> =>
  storeOver(await openKeyLog(options))

/** How long an unknown key is looked for while the topic could not be read at the last look: a reader can go on without it. */
const LOOK_AGAIN_MS = 250

function storeOver(log: KeyLog): KafkaKeyStore {
  const { table } = log
  const freshSoon = async (): Promise<void> => {
    if (log.trouble() === null) return log.fresh()
    const look = log.fresh().catch((error) => {
      if (error instanceof KeyLogError) return error
      throw error
    })
    const damage = await within(LOOK_AGAIN_MS, 'the data keys could not be read', look)
    if (damage instanceof KeyLogError) throw damage
  }
  const add = async (entries: readonly DataKeyEntry[]): Promise<readonly DataKeyEntry[]> => {
    await log.fresh()
    const unsent = new Map<string, DataKeyEntry>()
    for (const entry of entries) if (table.key(entry.keyId) === null) unsent.set(entry.keyId, entry)
    const records = [...unsent.values()].map(
      (entry) => [entry.keyId, { ...entry, type: 'DataKey', firstOffset: null }] as const,
    )
    if (records.length > 0) await log.write(records)
    return entries.map((entry) => withoutRank(table.holder(entry.slot, entry.generation)!))
  }
  return {
    async currentKey(slot) {
      await log.fresh()
      return entryOf(table.currentKey(slot))
    },
    async key(keyId) {
      if (table.key(keyId) === null) await freshSoon()
      return entryOf(table.key(keyId))
    },
    async keysOf(slot) {
      await log.fresh()
      return table.keysOf(slot).map(withoutRank)
    },
    addKey: gathered(add),
    async indexKey(tenant) {
      if (table.indexKey(tenant) === null) await log.fresh()
      return table.indexKey(tenant)
    },
    async addIndexKey(tenant, wrapped) {
      await log.fresh()
      const attempt = randomBytes(ATTEMPT_ID_BYTES).toString('hex')
      const record: KeyRecord = { type: 'IndexKey', tenant, wrapped, firstOffset: null }
      if (table.indexKey(tenant) === null) await log.write([[attempt, record]])
      return table.indexKey(tenant)!
    },
    async destroy(keyIds) {
      await log.fresh()
      const held = [...new Set(keyIds)].map((keyId) => table.key(keyId))
      const marks = held.filter((key): key is RankedKey => key !== null && key.wrapped !== null)
      if (marks.length === 0) return
      await log.write(marks.map((key) => [key.keyId, { ...key, type: 'DataKey', wrapped: null }]))
    },
    progress: () => ({ next: log.next(), keys: table.size(), trouble: log.trouble() }),
    close: () => log.close(),
  }
}

const entryOf = (key: RankedKey | null): DataKeyEntry | null => (key === null ? null : withoutRank(key))

const withoutRank = ({ keyId, slot, generation, wrapped }: RankedKey): DataKeyEntry => ({
  keyId,
  slot,
  generation,
  wrapped,
})
