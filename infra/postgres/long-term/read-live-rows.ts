import type { Pool } from 'pg'
import type { Scope } from '../../../domain/names.ts'
import { partitionKey, partitionOf } from '../../../domain/partition.ts'
import { CAPACITY, type LiveMemory } from '../../../domain/working-memory/working-memory.ts'
import type { LiveRows, SealedMemory } from '../../../projections/working-memory/working-memory-source.ts'
import { offsetOfPosition } from '../../long-term/position-number.ts'
import { hexArray } from '../binary-arrays.ts'
import type { FollowedBuild } from '../live-build.ts'
import { quotedName } from '../quoted-name.ts'
import type { RawColumn, Statement } from '../row-query.ts'
import { queryTenantRows } from '../tenant-rows.ts'
import { CHECKPOINT_COLUMNS, checkpointOf } from './checkpoint-row.ts'
import { bytesOf } from './raw-bytes.ts'

/**
 * The checkpoint, the rows that working memory may hold and the newest with their sealed bytes, as one statement and so
 * of one snapshot. Known time never decreases with the position: of one importance and rehearsal count the newest
 * {@link CAPACITY} outrank the rest, so only they leave the database, however large the namespace is.
 */
function liveRowsStatement(schema: string): Statement {
  const s = quotedName(schema)
  const live = `from ${s}.memories where tenant = $2 and namespace = $3 and live and key_id <> all($4::bytea[])`
  const text = `select 'checkpoint', ${CHECKPOINT_COLUMNS.split(', ')
    .map((column) => `${column}::text`)
    .join(', ')}, null, null
from ${s}.checkpoints where partition = $1
union all
select 'memory', position::text, memory_id::text, encode(key_id, 'hex'), importance::text, rehearsals::text,
  known_at::text, null
from (
  select position, memory_id, key_id, importance, rehearsals, known_at,
    row_number() over (partition by importance, rehearsals order by position desc) as rank ${live}
) as ranked where rank <= ${CAPACITY}
union all
select 'newest', position::text, memory_id::text, encode(key_id, 'hex'), command_id::text, data_schema::text,
  sealed::text, null
from (select position, memory_id, key_id, command_id, data_schema, sealed ${live} order by position desc limit $5) as n`
  return { name: `${schema}:read-live-rows`, text }
}

/** Live rows whose key is none of `exceptKeys` (hex), as {@link LiveRows} promises. */
export async function readLiveRows(
  pool: Pool,
  followed: FollowedBuild,
  scope: Scope,
  exceptKeys: readonly string[],
  limit: number,
): Promise<LiveRows> {
  const partition = partitionOf(partitionKey(scope))
  const keys = hexArray(exceptKeys)
  const values = [partition, scope.tenant, scope.namespace, keys, limit]
  const rows = await queryTenantRows(pool, scope.tenant, liveRowsStatement(followed.current.schema), values)
  const first = rows.find(([kind]) => kind === 'checkpoint')
  if (first === undefined) throw new Error(`there is no checkpoint of partition ${partition}`)
  return {
    checkpoint: checkpointOf(first.slice(1)),
    memories: rows.filter(([kind]) => kind === 'memory').map(liveMemoryOf),
    newest: rows.filter(([kind]) => kind === 'newest').map(sealedMemoryOf),
  }
}

function liveMemoryOf(raw: readonly RawColumn[]): LiveMemory {
  const [, position, memoryId, keyId, importance, rehearsals, knownAt] = raw as readonly string[]
  return {
    memoryId: memoryId!,
    offset: offsetOfPosition(Number(position)),
    keyId: keyId!,
    importance: Number(importance),
    rehearsals: Number(rehearsals),
    knownAt: Number(knownAt),
  }
}

function sealedMemoryOf(raw: readonly RawColumn[]): SealedMemory {
  const [, position, memoryId, keyId, commandId, dataSchema, sealed] = raw as readonly string[]
  return {
    memoryId: memoryId!,
    offset: offsetOfPosition(Number(position)),
    commandId: commandId!,
    keyId: keyId!,
    dataSchema: Number(dataSchema),
    sealed: bytesOf(sealed!),
  }
}
