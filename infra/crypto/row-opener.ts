import type { SealContext } from '../../commands/ports/vault.ts'
import type { RememberSecret } from '../../domain/command.ts'
import type { MemoryRow } from '../../domain/memory.ts'
import type { Embedding } from '../../domain/vector/embedding.ts'
import { vectorOf } from '../../domain/vector/row-vectors.ts'
import { LogUnavailableError } from '../../projections/ports/log-unavailable-error.ts'
import { KeysAwayError, type Opened, type Opener } from '../../query-api/ports/opener.ts'
import type { ReadResult } from '../../schemas/avro-reader.ts'
import { decodeSecret, decodeVector } from '../../schemas/secret-codec.ts'
import type { OpenedDataKey } from './data-key.ts'
import type { Keyring, SubjectKeyring } from './keyring.ts'

/** The columns that a seal is bound to, and the seal. */
export type SealedRow = Pick<
  MemoryRow,
  'tenant' | 'namespace' | 'keyId' | 'commandId' | 'memoryId' | 'sealed' | 'vectors'
>

export interface RowOpener extends Opener {
  prepare(rows: readonly SealedRow[]): Promise<void>
  openNow(row: SealedRow): Opened
}

/**
 * Opens rows of long-term memory with the keys of a keyring. A secret comes with its vector of `vectorModel`, when there is
 * one; `null`: with none.
 */
export function createRowOpener(
  keyring: Keyring & Partial<Pick<SubjectKeyring, 'isLetGo'>>,
  vectorModel: string | null = null,
): RowOpener {
  /** What `prepare` found of the keys that are not in the keyring's cache. */
  const absent = new Map<string, 'destroyed' | 'missing'>()
  return {
    async prepare(rows) {
      const keyIds = new Set(rows.map(({ keyId }) => keyId))
      for (const keyId of keyIds) {
        if (keyring.cached(keyId) !== null) continue
        const lookup = await keyring.byId(keyId).catch(rejectAway)
        if (lookup.found === 'key') absent.delete(keyId)
        else absent.set(keyId, lookup.found)
      }
    },
    openNow(row) {
      if (row.sealed === null) return { ok: false, reason: 'destroyed' }
      const key = keyring.cached(row.keyId)
      if (key !== null) return { ok: true, secret: openRow(key, row, row.sealed, vectorModel) }
      // Destroyed between the two steps: a view prepares a page and opens it in slices.
      if (keyring.isLetGo?.(row.keyId) === true) return { ok: false, reason: 'destroyed' }
      const reason = absent.get(row.keyId)
      if (reason === undefined) throw new Error(`The data key ${row.keyId} was not prepared`)
      return reason === 'destroyed' ? { ok: false, reason } : { ok: false, reason, keyId: row.keyId }
    },
  }
}

function rejectAway(error: unknown): never {
  throw error instanceof LogUnavailableError ? new KeysAwayError(error) : error
}

function openRow(key: OpenedDataKey, row: SealedRow, sealed: Uint8Array, vectorModel: string | null): RememberSecret {
  const read = decodeSecret(key.open(contextOf(row, row.commandId, 'Remember'), sealed))
  if (!read.ok) throw unreadable(row, read)
  const { vector: own, ...secret } = read.value
  const vector = vectorModel === null ? undefined : openVector(key, row, own, vectorModel)
  return vector === undefined ? secret : { ...secret, vector }
}

/** One that was added later counts more than the memory's own. */
function openVector(
  key: OpenedDataKey,
  row: SealedRow,
  own: Embedding | undefined,
  model: string,
): Embedding | undefined {
  const found = vectorOf(row.vectors, model)
  if (found === null || found.sealed === null || found.commandId === null) return own?.model === model ? own : undefined
  const read = decodeVector(key.open(contextOf(row, found.commandId, 'Embed'), found.sealed))
  if (!read.ok) throw unreadable(row, read)
  return read.value
}

const contextOf = (row: SealedRow, commandId: string, type: 'Remember' | 'Embed'): SealContext => {
  const { tenant, namespace, keyId, memoryId } = row
  return { tenant, namespace, keyId, commandId, memoryId, type }
}

const unreadable = ({ memoryId }: SealedRow, read: Extract<ReadResult<unknown>, { ok: false }>): Error =>
  new Error(
    read.reason === 'unknown-schema'
      ? `Memory ${memoryId} was sealed with schema ${read.number}, which this build does not know`
      : `Memory ${memoryId} cannot be decoded: ${read.detail}`,
  )
