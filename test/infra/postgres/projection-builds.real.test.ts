import assert from 'node:assert/strict'
import test, { type ExecutionContext } from 'ava'
import type { PoolClient } from 'pg'
import { LiveBuild } from '../../../infra/postgres/live-build.ts'
import { LONG_TERM, longTermTables } from '../../../infra/postgres/long-term/long-term-tables.ts'
import { hashState } from '../../../infra/postgres/long-term/state-hash.ts'
import { PostgresLongTermReader } from '../../../infra/postgres/postgres-long-term-reader.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import {
  createBuild,
  dropBuild,
  ensureBuild,
  finishBuild,
  listBuilds,
  type ProjectionBuild,
  switchBuild,
} from '../../../infra/postgres/projection-builds.ts'
import { ACME, checkpointAt, memoryAt, PARTITION, remembered } from '../../contract/long-term-rows.ts'
import { eventually } from '../../support/eventually.ts'
import { missingParts } from '../../support/real-parts.ts'
import { type TemporaryDatabase, temporaryDatabase } from './temporary-database.ts'

const missing = await missingParts('postgres')
if (missing === null) registerTests()
else test.skip(`Postgres projection builds: ${missing}`, (t) => t.pass())

async function newDatabase(t: ExecutionContext): Promise<TemporaryDatabase> {
  const database = await temporaryDatabase()
  t.teardown(() => database.drop())
  return database
}

async function foldUpTo(database: TemporaryDatabase, build: ProjectionBuild, offset: number): Promise<void> {
  const store = new PostgresLongTermStore(database.fold, build)
  const from = await store.checkpoint(PARTITION)
  const offsets = Array.from({ length: offset - from.offset }, (_, i) => from.offset + 1 + i)
  const move = await store.move(PARTITION, from, checkpointAt(from, offset), remembered(offsets))
  if (move.outcome !== 'moved') throw new Error(`the store answered ${move.outcome}`)
}

const states = async (database: TemporaryDatabase): Promise<readonly string[]> =>
  (await listBuilds(database.read, LONG_TERM)).map(({ build, state }) => `${build} ${state}`)

const indexes = async (database: TemporaryDatabase, { schema }: ProjectionBuild): Promise<readonly string[]> => {
  const sql = 'select indexname as name from pg_indexes where schemaname = $1 order by indexname'
  return (await database.read.query(sql, [schema])).rows.map(({ name }) => name)
}

/** Runs `work` while a transaction holds what it has read. */
async function whileItReads(
  { read }: TemporaryDatabase,
  sql: string,
  work: (client: PoolClient) => Promise<void>,
): Promise<void> {
  const client = await read.connect()
  try {
    // Of two that wait for each other the one that looks first is ended: never this one.
    await client.query(`set deadlock_timeout = '60s'`)
    await client.query('begin')
    await client.query(sql)
    await work(client)
    await client.query('commit')
  } finally {
    client.release(true)
  }
}

function registerTests(): void {
  test('projectors that start at once fold the same build, which is live as the first', async (t) => {
    const { fold } = await newDatabase(t)
    const builds = await Promise.all([1, 2, 3].map(() => ensureBuild(fold, longTermTables(1))))
    t.deepEqual(new Set(builds.map(({ schema }) => schema)), new Set(['long_term_1']))
    t.is(builds[0]!.state, 'live')
  })

  test('another fold version builds beside the one that readers follow', async (t) => {
    const database = await newDatabase(t)
    const one = await ensureBuild(database.fold, longTermTables(1))
    const two = await ensureBuild(database.fold, longTermTables(2))
    t.deepEqual(await states(database), ['1 live', '2 building'])
    await foldUpTo(database, one, 3)
    await foldUpTo(database, two, 1)
    t.is((await new PostgresLongTermStore(database.fold, one).checkpoint(PARTITION)).foldVersion, 1)
    t.is((await new PostgresLongTermStore(database.fold, two).checkpoint(PARTITION)).foldVersion, 2)
    t.deepEqual((await ensureBuild(database.fold, longTermTables(1))).schema, one.schema)
  })

  test('a rebuild of the same version comes to the same state as the live one', async (t) => {
    const database = await newDatabase(t)
    const live = await ensureBuild(database.fold, longTermTables(1))
    await foldUpTo(database, live, 9)
    const rebuilt = await createBuild(database.fold, longTermTables(1))
    for (const offset of [2, 3, 9]) await foldUpTo(database, rebuilt, offset)
    t.is(await hashState(database.read, { current: rebuilt }), await hashState(database.read, { current: live }))
  })

  test('a build is switched to when it has caught up, and back again', async (t) => {
    const database = await newDatabase(t)
    const one = await ensureBuild(database.fold, longTermTables(1))
    const two = await ensureBuild(database.fold, longTermTables(2))
    await foldUpTo(database, one, 9)
    await foldUpTo(database, two, 4)
    t.true((await indexes(database, two)).length < (await indexes(database, one)).length)
    t.deepEqual(await switchBuild(database.fold, longTermTables(2), 2, 4), { outcome: 'behind', records: 5 })
    t.deepEqual(await states(database), ['1 live', '2 building'])
    await foldUpTo(database, two, 9)
    t.deepEqual(await switchBuild(database.fold, longTermTables(3), 2, 0), { outcome: 'other-version' })
    t.deepEqual(await switchBuild(database.fold, longTermTables(2), 2, 0), { outcome: 'switched', from: 1 })
    t.deepEqual(await indexes(database, two), await indexes(database, one))
    t.deepEqual(await states(database), ['1 retired', '2 live'])
    t.deepEqual(await switchBuild(database.fold, longTermTables(2), 2, 0), { outcome: 'already-live' })
    await foldUpTo(database, one, 10)
    t.deepEqual(await switchBuild(database.fold, longTermTables(2), 1, 0), { outcome: 'switched', from: 2 })
    t.deepEqual(await states(database), ['1 live', '2 retired'])
    t.deepEqual(await switchBuild(database.fold, longTermTables(2), 7, 0), { outcome: 'unknown-build' })
  })

  test('of switches that happen at once the last one holds, and one build is live throughout', async (t) => {
    const database = await newDatabase(t)
    await ensureBuild(database.fold, longTermTables(1))
    await createBuild(database.fold, longTermTables(1))
    const wanted = [2, 1, 2, 1, 2]
    await Promise.all(wanted.map((build) => switchBuild(database.fold, longTermTables(1), build, 0)))
    const live = (await states(database)).filter((state) => state.endsWith('live'))
    t.is(live.length, 1)
  })

  test('reads go on through a switch and a drop, and follow them', async (t) => {
    const database = await newDatabase(t)
    const one = await ensureBuild(database.fold, longTermTables(1))
    const two = await ensureBuild(database.fold, longTermTables(2))
    await foldUpTo(database, one, 2)
    await foldUpTo(database, two, 2)
    const live = new LiveBuild(database.read, { projection: LONG_TERM })
    t.throws(() => live.current, { message: /no build/ })
    await live.refresh()
    const reader = new PostgresLongTermReader(database.read, live)
    const since = { changed: -1, memoryId: '' }
    const before = await reader.changes(ACME, since, 10)
    await switchBuild(database.fold, longTermTables(2), 2, 0)
    t.deepEqual(await reader.changes(ACME, since, 10), before)
    await live.refresh()
    const after = await reader.changes(ACME, since, 10)
    t.deepEqual(after.rows, before.rows)
    t.deepEqual([before.checkpoint.foldVersion, after.checkpoint.foldVersion], [1, 2])
    await switchBuild(database.fold, longTermTables(2), 1, 0)
    await dropBuild(database.fold, LONG_TERM, 2)
    t.deepEqual(await reader.changes(ACME, since, 10), before)
  })

  test('what readers need is made while they read, and the fence around their tables is not put up anew', async (t) => {
    const database = await newDatabase(t)
    await ensureBuild(database.fold, longTermTables(1))
    const two = await createBuild(database.fold, longTermTables(1))
    await whileItReads(database, `select from ${two.schema}.scopes, ${two.schema}.memories`, async () => {
      await finishBuild(database.fold, longTermTables(1), two)
    })
    await database.fold.query(`alter table ${two.schema}.links disable row level security`)
    await finishBuild(database.fold, longTermTables(1), two)
    const fenced = `select relrowsecurity as fenced from pg_class where oid = '${two.schema}.links'::regclass`
    t.deepEqual((await database.read.query(fenced)).rows, [{ fenced: true }])
  })

  test('a drop and a reader that wait for each other: Postgres ends one, and the build is dropped', async (t) => {
    const database = await newDatabase(t)
    await ensureBuild(database.fold, longTermTables(1))
    const { schema, build } = await createBuild(database.fold, longTermTables(1))
    const deadlocks = async (): Promise<number> => {
      const sql = 'select deadlocks from pg_stat_database where datname = current_database()'
      await database.read.query('select pg_stat_force_next_flush()')
      return Number((await database.read.query(sql)).rows[0].deadlocks)
    }
    // It locks the tables in an order of its own: whoever reads the one that it comes to last waits for all others.
    let dropping: Promise<unknown> | undefined
    await whileItReads(database, `select from ${schema}.dead_letters`, async (client) => {
      dropping = dropBuild(database.fold, LONG_TERM, build)
      await eventually(async () => {
        const waiting = await database.read.query(
          `select from pg_locks where database = (select oid from pg_database where datname = current_database())
             and locktype = 'relation' and not granted`,
        )
        assert.equal(waiting.rows.length, 1)
      })
      const others = [
        'dead_letters',
        'erased_keys',
        'links',
        'memories',
        'namespaces',
        'outcomes',
        'receipts',
        'scopes',
      ]
      await client.query(`select ${others.map((table) => `(select count(*) from ${schema}.${table})`).join()}`)
    })
    t.deepEqual(await dropping, { outcome: 'dropped' })
    await eventually(async () => assert.ok((await deadlocks()) > 0))
  })

  test('a build that readers follow is not dropped; another is, and its number is not given again', async (t) => {
    const database = await newDatabase(t)
    await ensureBuild(database.fold, longTermTables(1))
    const two = await createBuild(database.fold, longTermTables(1))
    t.deepEqual(await dropBuild(database.fold, LONG_TERM, 1), { outcome: 'is-live' })
    t.deepEqual(await dropBuild(database.fold, LONG_TERM, 2), { outcome: 'dropped' })
    t.deepEqual(await dropBuild(database.fold, LONG_TERM, 2), { outcome: 'unknown-build' })
    await t.throwsAsync(new PostgresLongTermStore(database.fold, two).checkpoint(PARTITION), { code: '42P01' })
    t.is((await createBuild(database.fold, longTermTables(1))).build, 3)
  })

  test('a move that names a memory that is not there rejects, and nothing of it stays', async (t) => {
    const database = await newDatabase(t)
    const build = await ensureBuild(database.fold, longTermTables(1))
    await foldUpTo(database, build, 2)
    await database.fold.query(`delete from ${build.schema}.memories where memory_id = $1`, [memoryAt(1).memoryId])
    const store = new PostgresLongTermStore(database.fold, build)
    const from = await store.checkpoint(PARTITION)
    const changes = { ...remembered([3]), memories: [memoryAt(1, { changed: 3 }), memoryAt(2, { changed: 3 })] }
    await t.throwsAsync(store.move(PARTITION, from, checkpointAt(from, 3), changes), {
      message: /only 1 of 2 memories/,
    })
    t.deepEqual(await store.checkpoint(PARTITION), from)
  })
}
