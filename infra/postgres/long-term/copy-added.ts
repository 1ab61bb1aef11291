import type { PoolClient } from 'pg'
import { quotedName } from '../quoted-name.ts'
import { copyRows } from './copy-rows.ts'
import { MEMORY_COLUMNS } from './memory-rows.ts'
import type { AddedRows } from './move-statement.ts'
import { OUTCOME_COLUMNS } from './outcome-rows.ts'
import { ROW_BYTES, sealedBytes } from './row-bytes.ts'

/** With fewer rows the round trips of `copy` cost more than it saves (decision 11). */
export const BULK_ROWS = 4_000

/** The rows that a batch adds, in the transaction of its move and behind its statement. */
export async function copyAdded(client: PoolClient, schema: string, { memories, outcomes }: AddedRows): Promise<void> {
  const s = quotedName(schema)
  const sealed = Math.ceil(sealedBytes(memories) / Math.max(1, memories.length))
  await copyRows(client, `${s}.memories`, MEMORY_COLUMNS, memories, ROW_BYTES + sealed)
  await copyRows(client, `${s}.outcomes`, OUTCOME_COLUMNS, outcomes, ROW_BYTES)
}
