import type { Pool } from 'pg'
import type { Scope } from '../../../domain/names.ts'
import type { FollowedBuild } from '../live-build.ts'
import { quotedName } from '../quoted-name.ts'
import { queryRows } from '../row-query.ts'

/** Every namespace of every tenant that anything was folded for, by name. */
export async function listScopes(pool: Pool, followed: FollowedBuild): Promise<readonly Scope[]> {
  const { schema } = followed.current
  const text = `select tenant, namespace from ${quotedName(schema)}.scopes order by tenant, namespace`
  const rows = await queryRows(pool, { name: `${schema}:scopes`, text }, [])
  return rows.map(([tenant, namespace]) => ({ tenant: tenant ?? '', namespace: namespace ?? '' }))
}
