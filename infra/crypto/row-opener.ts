import type { MemoryRow } from '../../domain/memory.ts'
import type { Opened, Opener } from '../../query-api/ports/opener.ts'
import { decodeSecret } from '../../schemas/secret-codec.ts'
import type { OpenedDataKey } from './data-key.ts'
import type { Keyring } from './keyring.ts'

/** The columns that a seal is bound to, and the seal. */
export type SealedRow = Pick<MemoryRow, 'tenant' | 'namespace' | 'keyId' | 'commandId' | 'memoryId' | 'sealed'>

export interface RowOpener extends Opener {
  prepare(rows: readonly SealedRow[]): Promise<void>
  openNow(row: SealedRow): Opened
}

/** Opens rows of long-term memory with the keys of a keyring. */
export function createRowOpener(keyring: Keyring): RowOpener {
  /** What `prepare` found of the keys that are not in the keyring's cache. */
  const absent = new Map<string, 'destroyed' | 'missing'>()
  return {
    async prepare(rows) {
      const keyIds = new Set(rows.map(({ keyId }) => keyId))
      for (const keyId of keyIds) {
        if (keyring.cached(keyId) !== null) continue
        const lookup = await keyring.byId(keyId)
        if (lookup.found === 'key') absent.delete(keyId)
        else absent.set(keyId, lookup.found)
      }
    },
    openNow(row) {
      if (row.sealed === null) return { ok: false, reason: 'destroyed' }
      const key = keyring.cached(row.keyId)
      if (key !== null) return { ok: true, secret: openRow(key, row, row.sealed) }
      const reason = absent.get(row.keyId)
      if (reason === undefined) throw new Error(`The data key ${row.keyId} was not prepared`)
      return reason === 'destroyed' ? { ok: false, reason } : { ok: false, reason, keyId: row.keyId }
    },
  }
}

function openRow(key: OpenedDataKey, row: SealedRow, sealed: Uint8Array) {
  const { tenant, namespace, keyId, commandId, memoryId } = row
  const plaintext = key.open({ tenant, namespace, keyId, commandId, memoryId, type: 'Remember' }, sealed)
  const read = decodeSecret(plaintext)
  if (read.ok) return read.value
  throw new Error(
    read.reason === 'unknown-schema'
      ? `Memory ${memoryId} was sealed with schema ${read.number}, which this build does not know`
      : `Memory ${memoryId} cannot be decoded: ${read.detail}`,
  )
}
