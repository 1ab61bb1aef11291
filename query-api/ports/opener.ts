import type { RememberSecret } from '../../domain/command.ts'
import type { MemoryRow } from '../../domain/memory.ts'

/**
 * What became of opening a row. `destroyed`: its key was destroyed (or the row is erased), so it is a tombstone.
 * `missing`: the key is absent without a mark, which is an alarm and never a tombstone.
 */
export type Opened =
  | { readonly ok: true; readonly secret: RememberSecret }
  | { readonly ok: false; readonly reason: 'destroyed' }
  | { readonly ok: false; readonly reason: 'missing'; readonly keyId: string }

/** The store of the keys did not answer in time. Nothing is known to be wrong with it: the same call may succeed later. */
export class KeysAwayError extends Error {
  constructor(cause: unknown) {
    super('The store of the data keys does not answer', { cause })
    this.name = 'KeysAwayError'
  }
}

/**
 * Decrypts what long-term memory keeps sealed. In two steps, because a view opens a hundred thousand rows under few
 * keys: loading keys may wait for their store, opening a row must not.
 */
export interface Opener {
  /** Loads the keys of `rows`, as far as they are there. Rejects with a {@link KeysAwayError}, or when a key cannot be used. */
  prepare(rows: readonly MemoryRow[]): Promise<void>
  /** Opens a row whose key was prepared. Throws when the bytes do not belong to the row (altered, another schema). */
  openNow(row: MemoryRow): Opened
}
