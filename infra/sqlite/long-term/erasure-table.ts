import type { DatabaseSync } from 'node:sqlite'
import type { ErasureRow, ReceiptRow } from '../../../domain/erasure/erasure.ts'
import { ERASED_HMAC } from '../../../domain/long-term/fold-erase.ts'
import { hexBytes, uuidBytes, uuidText } from '../../long-term/id-bytes.ts'
import { packKeyIds, packParts, unpackKeyIds, unpackParts } from '../../long-term/packed-erasure.ts'
import { offsetOfPosition, partitionOfPosition, positionNumber } from '../../long-term/position-number.ts'
import type { ScopeTable } from './scope-table.ts'

/** The columns of `erasures`, in the order of {@link ErasureColumns}. */
export const ERASURE_COLUMNS =
  'position, scope, command_id, receipt_id, principal, recorded_at, key_ids, parts, memories'

export type ErasureColumns = readonly [
  position: number,
  scope: number,
  commandId: Uint8Array,
  receiptId: Uint8Array,
  principal: string,
  recordedAt: number,
  keyIds: string,
  parts: string,
  memories: number,
]

export function erasureOf(columns: ErasureColumns, scopes: ScopeTable): ErasureRow {
  const [position, scope, commandId, receiptId, principal, recordedAt, keyIds, parts, memories] = columns
  return {
    ...scopes.scopeOf(scope),
    partition: partitionOfPosition(position),
    offset: offsetOfPosition(position),
    commandId: uuidText(commandId),
    receiptId: uuidText(receiptId),
    principal,
    recordedAt,
    keyIds: unpackKeyIds(keyIds),
    parts: unpackParts(parts),
    memories,
  }
}

/** Adds an erasure, remembers its keys, and makes tombstones of whatever still stands under them. */
export function erasureWrite(database: DatabaseSync, scopes: ScopeTable): (row: ErasureRow) => void {
  const insert = database.prepare(`insert into erasures (${ERASURE_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const remember = database.prepare(
    'insert into erased_keys (key_id, scope, position) values (?, ?, ?) on conflict do nothing',
  )
  const erase = database.prepare(
    `update memories set sealed = null, content_hmac = ?, vectors = null, vector_models = null, changed = ?
     where key_id = ? and scope = ? and sealed is not null`,
  )
  return (row) => {
    const scope = scopes.assign(row)
    const position = positionNumber(row.partition, row.offset)
    insert.run(
      position,
      scope,
      uuidBytes(row.commandId),
      uuidBytes(row.receiptId),
      row.principal,
      row.recordedAt,
      packKeyIds(row.keyIds),
      packParts(row.parts),
      row.memories,
    )
    for (const keyId of row.keyIds) {
      remember.run(hexBytes(keyId), scope, position)
      erase.run(ERASED_HMAC, row.offset, hexBytes(keyId), scope)
    }
  }
}

export function receiptInsert(database: DatabaseSync, scopes: ScopeTable): (row: ReceiptRow) => void {
  const insert = database.prepare('insert into receipts (position, scope, receipt_id, document) values (?, ?, ?, ?)')
  return ({ partition, offset, receiptId, document, ...scope }) => {
    insert.run(positionNumber(partition, offset), scopes.assign(scope), uuidBytes(receiptId), document)
  }
}
