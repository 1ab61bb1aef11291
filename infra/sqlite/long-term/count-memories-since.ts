import type { DatabaseSync } from 'node:sqlite'

/**
 * Memories of a tenant known since an instant. Looks at the `atMost` rows of each namespace that changed last: what came
 * since is among them, unless as many older ones changed since.
 */
export function memoriesSinceRead(database: DatabaseSync): (tenant: string, since: number, atMost: number) => number {
  const namespaces = database.prepare(
    'select scope from namespaces join scopes using (scope) where tenant = ? and last_known_at >= ?',
  )
  const count = database.prepare(
    `select count(*) as memories from (select known_at from memories where scope = ? order by changed desc limit ?)
     where known_at >= ?`,
  )
  return (tenant, since, atMost) => {
    let memories = 0
    for (const { scope } of namespaces.all(tenant, since)) {
      memories += Number(count.get(Number(scope), atMost, since)?.memories)
    }
    return Math.min(memories, atMost)
  }
}
