import type { Pool } from 'pg'
import { uuidBytes } from '../../long-term/id-bytes.ts'
import type { LackingVectors } from '../../long-term/lacking-vectors.ts'
import type { FollowedBuild } from '../live-build.ts'
import { quotedName } from '../quoted-name.ts'
import type { Statement } from '../row-query.ts'
import { queryTenantRows } from '../tenant-rows.ts'
import { listScopes } from './list-scopes.ts'

const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000'

const statementOf = (schema: string): Statement => ({
  name: `${schema}:lacking`,
  text: `select changed, memory_id, live and (vector_models is null or position($3 in vector_models) = 0)
from ${quotedName(schema)}.memories
where tenant = $1 and namespace = $2 and (changed, memory_id) > ($4::bigint, $5::uuid)
order by changed, memory_id limit $6::int`,
})

/** Finds rows without a vector of a model in the build that is followed. */
export const postgresLackingVectors = (pool: Pool, followed: FollowedBuild): LackingVectors => ({
  scopes: () => listScopes(pool, followed),
  async page({ tenant, namespace }, model, since, limit) {
    const rows = await queryTenantRows(pool, tenant, statementOf(followed.current.schema), [
      tenant,
      namespace,
      `\n${model}\n`,
      since?.changed ?? 0,
      uuidBytes(since?.memoryId ?? BEFORE_ALL_IDS),
      limit,
    ])
    const last = rows.at(-1)
    return {
      lacking: rows.flatMap(([, id, lacking]) => (lacking === 't' ? [String(id)] : [])),
      seen: rows.length,
      next: last === undefined ? null : { changed: Number(last[0]), memoryId: String(last[1]) },
    }
  },
})
