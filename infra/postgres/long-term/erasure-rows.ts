import type { ErasureRow } from '../../../domain/erasure/erasure.ts'
import { unpackKeyIds, unpackParts } from '../../long-term/packed-erasure.ts'
import { offsetOfPosition, partitionOfPosition } from '../../long-term/position-number.ts'
import type { RawColumn } from '../row-query.ts'

/** The columns of an erasure as they are read, in the order that {@link erasureOf} takes them. */
export const ERASURE_SELECT =
  'position, tenant, namespace, command_id, receipt_id, principal, recorded_at, key_ids, parts, memories'

type Columns = readonly [
  position: string,
  tenant: string,
  namespace: string,
  commandId: string,
  receiptId: string,
  principal: string,
  recordedAt: string,
  keyIds: string,
  parts: string,
  memories: string,
]

export function erasureOf(raw: readonly RawColumn[]): ErasureRow {
  const [at, tenant, namespace, commandId, receiptId, principal, recordedAt, keyIds, parts, memories] = raw as Columns
  const position = Number(at)
  return {
    tenant,
    namespace,
    partition: partitionOfPosition(position),
    offset: offsetOfPosition(position),
    commandId,
    receiptId,
    principal,
    recordedAt: Number(recordedAt),
    keyIds: unpackKeyIds(keyIds),
    parts: unpackParts(parts),
    memories: Number(memories),
  }
}
