/** The holder of one data key: HMAC(tenant index key, namespace, `user` or `namespace`, subject). Hex. */
export type Slot = string

/** A wrapped data key, or the mark that it was destroyed. A key that is absent without a mark is an alarm. */
export interface DataKeyEntry {
  /** Random, 16 bytes as hex. */
  readonly keyId: string
  readonly slot: Slot
  readonly generation: number
  /** The data key, wrapped by the master key; `null` once destroyed. */
  readonly wrapped: Uint8Array | null
}

/**
 * `memory.keys` (compacted by key id), or `keys.db`. What `add…` returned for is durable.
 * The key of (slot, generation) is the one with the lowest offset, so two edges that race agree after reading back.
 */
export interface KeyStore {
  /** The current data key of a slot: highest generation, lowest offset within it. */
  currentKey(slot: Slot): Promise<DataKeyEntry | null>
  key(keyId: string): Promise<DataKeyEntry | null>
  /** Every key that was ever added for a slot, in the order they were added: rivals and destroyed ones too. */
  keysOf(slot: Slot): Promise<readonly DataKeyEntry[]>
  /** Appends a data key, durably, and returns the one that now holds (slot, generation): this one, or an earlier rival. */
  addKey(entry: DataKeyEntry): Promise<DataKeyEntry>
  /** The wrapped index key of a tenant: HMAC key of its slots. */
  indexKey(tenant: string): Promise<Uint8Array | null>
  /** Adds a tenant's wrapped index key, durably, and returns the one that holds: this one, or an earlier rival. */
  addIndexKey(tenant: string, wrapped: Uint8Array): Promise<Uint8Array>
  /** Overwrites the keys with the mark "destroyed", durably. Ids that do not exist are passed over. */
  destroy(keyIds: readonly string[]): Promise<void>
}
