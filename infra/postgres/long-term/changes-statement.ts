import type { Scope } from '../../../domain/names.ts'
import { partitionKey, partitionOf } from '../../../domain/partition.ts'
import type { ChangeCursor, ChangePage } from '../../../query-api/ports/long-term-reader.ts'
import { uuidBytes } from '../../long-term/id-bytes.ts'
import type { Parameter, RawColumn } from '../row-query.ts'
import { CHECKPOINT_COLUMNS, checkpointOf } from './checkpoint-row.ts'
import { MEMORY_SELECT, memoryOf } from './memory-rows.ts'

/**
 * A page of changed rows and the checkpoint that they are as of: one statement, so one snapshot. Each row carries the
 * checkpoint; a page without rows is one row of it and nulls. The limit is one more than the page, to see whether it is
 * the last.
 */
export const changesText = (s: string): string => `select ${CHECKPOINT_COLUMNS}, page.*
from ${s}.checkpoints left join lateral (
  select ${MEMORY_SELECT} from ${s}.memories
  where tenant = $2 and namespace = $3 and (changed, memory_id) > ($4::bigint, $5::uuid)
  order by changed, memory_id limit $6
) as page on true
where checkpoints.partition = $1
order by page.changed, page.memory_id`

const CHECKPOINT_WIDTH = CHECKPOINT_COLUMNS.split(',').length
const LAST_ID = Buffer.alloc(16, 0xff)

export function changesParameters(scope: Scope, since: ChangeCursor, limit: number): Parameter[] {
  // No id at all comes before every id of its `changed`, and so behind the last id of the one before.
  const [changed, memoryId] =
    since.memoryId === '' ? [since.changed - 1, LAST_ID] : [since.changed, uuidBytes(since.memoryId)]
  return [partitionOf(partitionKey(scope)), scope.tenant, scope.namespace, changed, memoryId, limit + 1]
}

export function pageOfChanges(raw: readonly RawColumn[][], limit: number): ChangePage {
  const first = raw[0]
  if (first === undefined) throw new Error("there is no checkpoint of the namespace's partition")
  const checkpoint = checkpointOf(first)
  if (first[CHECKPOINT_WIDTH] === null) return { checkpoint, rows: [], more: false }
  const rows = raw.slice(0, limit).map((columns) => memoryOf(columns.slice(CHECKPOINT_WIDTH)))
  return { checkpoint, rows, more: raw.length > limit }
}
