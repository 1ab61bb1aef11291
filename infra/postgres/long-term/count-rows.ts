import type { Pool } from 'pg'
import type { LongTermCounts } from '../../long-term/long-term-counts.ts'
import type { FollowedBuild } from '../live-build.ts'
import { quotedName } from '../quoted-name.ts'
import { queryRows, WHOLE_TABLE_TIMEOUT_MS } from '../row-query.ts'
import { inSnapshot } from './in-snapshot.ts'

const TABLES = ['memories', 'links', 'namespaces', 'outcomes', 'dead_letters']

/** Counts every row: reads an index of each table whole. */
export async function countRows(pool: Pool, followed: FollowedBuild): Promise<LongTermCounts> {
  const { schema } = followed.current
  const s = quotedName(schema)
  const text = `select ${TABLES.map((table) => `(select count(*) from ${s}.${table})`).join(', ')}`
  const rows = await inSnapshot(pool, async (client) => {
    await client.query('set local statement_timeout = 0')
    return queryRows(client, { name: '', text }, [], WHOLE_TABLE_TIMEOUT_MS)
  })
  const [memories = NaN, links = NaN, namespaces = NaN, outcomes = NaN, deadLetters = NaN] = rows[0]?.map(Number) ?? []
  return { memories, links, namespaces, outcomes, deadLetters }
}
