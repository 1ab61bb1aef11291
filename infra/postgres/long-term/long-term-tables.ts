import { readFileSync } from 'node:fs'
import { PARTITIONS } from '../../../domain/partition.ts'
import { NO_GENERATION } from '../../long-term/never-folded.ts'
import { patiently } from '../patiently.ts'
import type { ProjectionTables } from '../projection-builds.ts'

export const LONG_TERM = 'long_term'

const sqlOf = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8')
const TABLES = sqlOf('./long-term-tables.sql')
const INDEXES = sqlOf('./long-term-indexes.sql')
/** Migration 0004. */
const FENCE = 'select somabrain.fence_long_term(current_schema())'
const UNFENCED = `select from pg_class join pg_attribute on attrelid = pg_class.oid
  where relnamespace = current_schema()::regnamespace and relkind = 'r' and attname = 'tenant' and not relrowsecurity
  limit 1`
const ANALYZE = 'analyze scopes, namespaces, memories, links, outcomes, dead_letters'

/** The tables of one build of long-term memory, and a checkpoint for each partition that nothing is folded of yet. */
export const longTermTables = (foldVersion: number): ProjectionTables => ({
  projection: LONG_TERM,
  foldVersion,
  async create(client) {
    await client.query(TABLES)
    await client.query(FENCE)
    await client.query(
      `insert into checkpoints (partition, fold_version, generation, last_offset, last_command_id, known_time)
       select partition, $1, $2, -1, null, 0 from generate_series(0, $3::int - 1) as partition`,
      [foldVersion, NO_GENERATION, PARTITIONS],
    )
  },
  async finish(client) {
    await patiently(client, INDEXES)
    // Also here: the previous release, which may have made this build, put no fence around it. Only then: it takes locks
    // that nobody reads beside.
    if ((await client.query(UNFENCED)).rows.length > 0) await client.query(FENCE)
    // Not while they are empty: the planner would believe it, and take any index for as good as the right one.
    const folded = await client.query('select from checkpoints where last_offset >= 0 limit 1')
    if (folded.rows.length > 0) await patiently(client, ANALYZE)
  },
})
