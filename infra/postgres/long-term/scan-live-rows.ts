import type { Pool } from 'pg'
import type { Checkpoint } from '../../../domain/checkpoint.ts'
import type { MemoryRow } from '../../../domain/memory.ts'
import type { Scope } from '../../../domain/names.ts'
import { partitionKey, partitionOf } from '../../../domain/partition.ts'
import type { FollowedBuild } from '../live-build.ts'
import { quotedName } from '../quoted-name.ts'
import { queryRows, type Statement } from '../row-query.ts'
import { checkpointStatement, readCheckpoint } from './checkpoint-row.ts'
import { inSnapshot } from './in-snapshot.ts'
import { MEMORY_SELECT, memoryOf } from './memory-rows.ts'

const PAGE_ROWS = 500
/** Beyond every position. */
const NEWEST = Number.MAX_SAFE_INTEGER

const pageStatement = (schema: string): Statement => ({
  name: `${schema}:live-rows`,
  text: `select ${MEMORY_SELECT} from ${quotedName(schema)}.memories
    where tenant = $1 and namespace = $2 and position < $3 and live order by position desc limit ${PAGE_ROWS}`,
})

/**
 * Hands every live row of a namespace to `visit`, newest first, all of one snapshot, whose checkpoint it returns. Page by
 * page on a connection of its own, so no more than a page is in memory.
 */
export async function scanLiveRows(
  pool: Pool,
  followed: FollowedBuild,
  scope: Scope,
  visit: (row: MemoryRow) => void,
): Promise<Checkpoint> {
  const { schema } = followed.current
  const page = pageStatement(schema)
  return inSnapshot(pool, async (client) => {
    const checkpoint = await readCheckpoint(client, checkpointStatement(schema), partitionOf(partitionKey(scope)))
    for (let before: string | number = NEWEST; ; ) {
      const rows = await queryRows(client, page, [scope.tenant, scope.namespace, before])
      for (const columns of rows) visit(memoryOf(columns))
      const position = rows.at(-1)?.[0]
      if (rows.length < PAGE_ROWS || position == null) return checkpoint
      before = position
    }
  })
}
