import type { DataKeyEntry } from '../../../commands/ports/key-store.ts'
import type { KeyRecord } from '../../../schemas/key-codec.ts'

/** A key with the offset that it counts with: the one it stood at first, whatever compaction has done since. */
export interface RankedKey extends DataKeyEntry {
  readonly firstOffset: number
}

interface RankedIndexKey {
  readonly recordKey: string
  readonly wrapped: Uint8Array
  readonly firstOffset: number
}

/**
 * The fold of `memory.keys`, in memory. Compaction keeps the last record of each record key and never changes an offset, so
 * a record that overwrites an earlier one carries the earlier one's offset (`first_offset`): a reader of the compacted topic
 * then ranks rivals exactly as one that saw every record.
 */
export interface KeyTable {
  /** Takes in the record at `offset`. Taking in the same records again changes nothing. */
  apply(offset: number, recordKey: string, record: KeyRecord): void
  /** Highest generation, lowest offset within it. */
  currentKey(slot: string): RankedKey | null
  /** The one with the lowest offset of (slot, generation). */
  holder(slot: string, generation: number): RankedKey | null
  key(keyId: string): RankedKey | null
  /** In the order they were added. */
  keysOf(slot: string): readonly RankedKey[]
  indexKey(tenant: string): Uint8Array | null
  /** The index keys that hold, with the records that they stand in. */
  indexKeys(): ReadonlyArray<RankedIndexKey & { readonly tenant: string }>
  /** Data keys that are not destroyed, behind the id `after`, by their ids. */
  dataKeysAfter(after: string, limit: number): readonly RankedKey[]
  /** Data keys, destroyed ones included. */
  size(): number
}

export interface KeyTableListener {
  /** Hears of each key whose mark "destroyed" is taken in. */
  readonly onDestroyed?: ((keyId: string) => void) | undefined
  /** Hears of each key that stands and is no more its slot's current one, since one of a later generation was taken in. */
  readonly onSuperseded?: ((keyId: string) => void) | undefined
}

export function createKeyTable({ onDestroyed, onSuperseded }: KeyTableListener = {}): KeyTable {
  const keys = new Map<string, RankedKey>()
  /** Key ids of a slot; nearly always one. */
  const slots = new Map<string, readonly string[]>()
  const indexKeys = new Map<string, RankedIndexKey>()

  const keysOf = (slot: string): RankedKey[] => (slots.get(slot) ?? []).map((keyId) => keys.get(keyId)!)

  const applyDataKey = (offset: number, keyId: string, record: Extract<KeyRecord, { type: 'DataKey' }>): void => {
    const known = keys.get(keyId)
    // Destroyed is final, and the same record twice (no `first_offset`) is the first one.
    if (known !== undefined && (known.wrapped === null || record.firstOffset === null)) return
    const wrapped = record.wrapped === null ? null : ownBytes(record.wrapped)
    if (wrapped === null) onDestroyed?.(keyId)
    if (known !== undefined) {
      keys.set(keyId, { ...known, wrapped })
      return
    }
    const { slot, generation } = record
    for (const other of keysOf(slot)) {
      if (other.wrapped !== null && other.generation < generation) onSuperseded?.(other.keyId)
    }
    keys.set(keyId, { keyId, slot, generation, wrapped, firstOffset: record.firstOffset ?? offset })
    slots.set(slot, [...(slots.get(slot) ?? []), keyId])
  }

  return {
    apply(offset, recordKey, record) {
      if (record.type === 'DataKey') return applyDataKey(offset, recordKey, record)
      const firstOffset = record.firstOffset ?? offset
      const held = indexKeys.get(record.tenant)
      const isRewrite = held?.recordKey === recordKey && record.firstOffset !== null
      if (held !== undefined && !isRewrite && held.firstOffset <= firstOffset) return
      indexKeys.set(record.tenant, { recordKey, wrapped: ownBytes(record.wrapped), firstOffset })
    },
    currentKey: (slot) => firstOf(keysOf(slot), (a, b) => b.generation - a.generation || a.firstOffset - b.firstOffset),
    holder: (slot, generation) =>
      firstOf(
        keysOf(slot).filter((key) => key.generation === generation),
        (a, b) => a.firstOffset - b.firstOffset,
      ),
    key: (keyId) => keys.get(keyId) ?? null,
    keysOf: (slot) => keysOf(slot).sort((a, b) => a.firstOffset - b.firstOffset),
    indexKey: (tenant) => indexKeys.get(tenant)?.wrapped ?? null,
    indexKeys: () => [...indexKeys].map(([tenant, key]) => ({ tenant, ...key })),
    dataKeysAfter: (after, limit) =>
      [...keys.values()]
        .filter(({ keyId, wrapped }) => keyId > after && wrapped !== null)
        .sort((a, b) => (a.keyId < b.keyId ? -1 : 1))
        .slice(0, limit),
    size: () => keys.size,
  }
}

const firstOf = (keys: RankedKey[], order: (a: RankedKey, b: RankedKey) => number): RankedKey | null =>
  keys.sort(order)[0] ?? null

/** A copy that is only as large as the bytes: a slice would keep the whole fetched batch in memory. */
const ownBytes = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes)
