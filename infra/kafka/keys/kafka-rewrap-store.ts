import type { KeyRecord } from '../../../schemas/key-codec.ts'
import type { RewrapStore, WrappedDataKey } from '../../crypto/rewrap-keys.ts'
import { type KeyLogOptions, openKeyLog } from './open-key-log.ts'

/** `memory.keys` beside processes that are using it. */
export async function openKafkaRewrapStore(options: KeyLogOptions): Promise<RewrapStore & { close(): Promise<void> }> {
  const log = await openKeyLog(options)
  const { table } = log
  return {
    async dataKeysAfter(after, limit) {
      await log.fresh()
      return table.dataKeysAfter(after, limit).map(({ keyId, slot, generation, wrapped }) => ({
        ...{ keyId, slot, generation },
        wrapped: wrapped!,
      }))
    },
    async indexKeys() {
      await log.fresh()
      return table.indexKeys().map(({ tenant, wrapped }) => ({ tenant, wrapped }))
    },
    async replace(dataKeys, indexKeys) {
      await log.fresh()
      const held = dataKeys.filter(({ keyId }) => table.key(keyId)?.wrapped != null)
      const standing = new Map(table.indexKeys().map((key) => [key.tenant, key]))
      await log.write([
        ...held.map(({ keyId, slot, generation, wrapped }): readonly [string, KeyRecord] => {
          const { firstOffset } = table.key(keyId)!
          return [keyId, { type: 'DataKey', slot, generation, wrapped, firstOffset }]
        }),
        ...indexKeys.flatMap(({ tenant, wrapped }): ReadonlyArray<readonly [string, KeyRecord]> => {
          const key = standing.get(tenant)
          if (key === undefined) return []
          return [[key.recordKey, { type: 'IndexKey', tenant, wrapped, firstOffset: key.firstOffset }]]
        }),
      ])
      await destroyAgain(held)
    },
    close: () => log.close(),
  }

  /**
   * A mark that came between the look and the write stands before a record with the key. Readers hold to the mark, but
   * compaction keeps the last record: so the mark is written once more, behind it. Should this process die in between, the
   * next start of a command process does it, as the `Erase` in the log tells it.
   */
  async function destroyAgain(dataKeys: readonly WrappedDataKey[]): Promise<void> {
    const destroyed = dataKeys.flatMap(({ keyId }) => {
      const key = table.key(keyId)
      return key !== null && key.wrapped === null ? [key] : []
    })
    if (destroyed.length === 0) return
    await log.write(destroyed.map((key) => [key.keyId, { ...key, type: 'DataKey', wrapped: null }]))
  }
}
