import test, { type ExecutionContext } from 'ava'
import type { Pool, QueryResult } from 'pg'
import { PostgresLongTermReader } from '../../../infra/postgres/postgres-long-term-reader.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import { createPostgresPool, FOLD_SETTINGS, READ_SETTINGS } from '../../../infra/postgres/postgres-pool.ts'
import type { ProjectionBuild } from '../../../infra/postgres/projection-builds.ts'
import type { LongTermStore } from '../../../projections/ports/long-term-store.ts'
import { ACME, checkpointAt, linkBetween, memoryAt, PARTITION, remembered } from '../../contract/long-term-rows.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryDatabase } from './temporary-database.ts'

const TABLES = ['memories', 'links', 'outcomes', 'namespaces', 'scopes']
const BATCHES = 20
const BATCH = 200

const missing = await missingParts('postgres')
if (missing === null) {
  const database = await temporaryDatabase()
  test.after.always(() => database.drop())
  /** One connection, so that its plans are those that the statements ran with. */
  const single = (t: ExecutionContext, settings: Record<string, string>): Pool => {
    const pool = createPostgresPool({ dsn: database.dsn, applicationName: 'plans', max: 1, settings })
    t.teardown(() => pool.end())
    return pool
  }
  /** From here on the planner believes that the tables are as they are now. */
  const analyze = ({ schema }: ProjectionBuild) =>
    database.fold.query(`analyze ${TABLES.map((table) => `${schema}.${table}`).join(', ')}`)

  test('a fold that began with empty tables looks rows up by the index of their ids', async (t) => {
    const build = await database.newBuild()
    await analyze(build)
    const pool = single(t, FOLD_SETTINGS)
    await foldBatches(new PostgresLongTermStore(pool, build), BATCHES)
    const plan = await planOf(pool, `${build.schema}:load:`)
    for (const index of ['memories_by_id', 'outcomes_by_command']) t.true(plan.includes(`Index Scan using ${index}`))
    for (const index of ['_by_position', '_by_change']) t.false(plan.includes(index), plan)
    t.regex(await planOf(pool, `${build.schema}:move:`), /memories_by_id/)
  })

  test('a reader that began with small tables reads what it is asked for, not the namespace', async (t) => {
    const build = await database.newBuild()
    const pool = single(t, READ_SETTINGS)
    const reader = new PostgresLongTermReader(pool, { current: build })
    const { memoryId, commandId } = memoryAt(0)
    const readAll = () =>
      Promise.all([
        reader.memory('acme', memoryId),
        reader.memories(ACME, [memoryId]),
        reader.links(ACME, [memoryId]),
        reader.outcome('acme', commandId),
        reader.changes(ACME, { changed: -1, memoryId: '' }, 10),
      ])
    const store = new PostgresLongTermStore(database.fold, build)
    await readAll()
    // What autovacuum looks at is small at first, and its next look is a minute away.
    await foldBatches(store, 1)
    await analyze(build)
    await readAll()
    await foldBatches(store, BATCHES)
    await readAll()
    const expected = {
      memory: [/memories_by_id/],
      memories: [/memories_by_id/],
      links: [/links_pkey/, /links_by_target/],
      outcome: [/outcomes_by_command/],
      changes: [/memories_by_change/, /checkpoints_pkey/],
    }
    for (const [name, indexes] of Object.entries(expected)) {
      const plan = await planOf(pool, `${build.schema}:read-${name}`, FENCED)
      for (const index of indexes) t.regex(plan, index)
      t.is(plan.match(/Index Scan/g)?.length, indexes.length, plan)
      // A lookup by id that reads a whole namespace by another index would filter by it.
      t.notRegex(plan, /Filter: .*memory_id/)
    }
  })
} else {
  test.skip(`Postgres plans: ${missing}`, (t) => t.pass())
}

async function foldBatches(store: LongTermStore, batches: number): Promise<void> {
  let at = await store.checkpoint(PARTITION)
  for (let batch = 0; batch < batches; batch += 1) {
    const to = checkpointAt(at, at.offset + BATCH)
    const changes = remembered(Array.from({ length: BATCH }, (_, i) => at.offset + 1 + i))
    const { memories } = changes
    await store.load({
      memoryIds: memories.map(({ memoryId }) => memoryId),
      commandIds: memories.map(({ commandId }) => commandId),
      links: [],
      scopes: [ACME],
    })
    const links = memories.map(({ memoryId }) => linkBetween(memoryId, 'about', memories[0]!.memoryId))
    await store.move(PARTITION, at, to, { ...changes, links })
    at = to
  }
}

/** As a reader's transaction has it: a plan belongs to the role that it is made for. */
const FENCED = `set local role somabrain_query; set local somabrain.tenant = 'acme'`

/** The plan of the statement that was prepared last under a name that begins so. */
async function planOf(pool: Pool, prefix: string, before = ''): Promise<string> {
  const { rows } = await pool.query(
    `select name, parameter_types::text[] as types from pg_prepared_statements
     where starts_with(name, $1) order by prepare_time desc limit 1`,
    [prefix],
  )
  const [{ name, types }] = rows
  const values = types.map((type: string) => `null::${type}`).join(', ')
  const results = (await pool.query(
    `begin; ${before}; explain execute "${name}"(${values}); commit`,
  )) as unknown as Array<QueryResult<Record<'QUERY PLAN', string>>>
  const plan = results.find(({ command }) => command === 'EXPLAIN')
  return plan?.rows.map((row) => row['QUERY PLAN']).join('\n') ?? ''
}
