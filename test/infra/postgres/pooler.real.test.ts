import test, { type ExecutionContext } from 'ava'
import { Client, type Pool } from 'pg'
import { alone } from '../../../infra/postgres/alone.ts'
import { createPostgresAuditReader } from '../../../infra/postgres/audit/postgres-audit-reader.ts'
import { PostgresFoldWatch } from '../../../infra/postgres/fold-watch.ts'
import { inTransaction } from '../../../infra/postgres/in-transaction.ts'
import { LiveBuild } from '../../../infra/postgres/live-build.ts'
import { LONG_TERM } from '../../../infra/postgres/long-term/long-term-tables.ts'
import { readLiveRows } from '../../../infra/postgres/long-term/read-live-rows.ts'
import { readOutcomes } from '../../../infra/postgres/long-term/read-outcomes.ts'
import { PostgresErasureLog } from '../../../infra/postgres/postgres-erasure-log.ts'
import { PostgresLongTermReader } from '../../../infra/postgres/postgres-long-term-reader.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import { createPostgresPool, type PostgresPoolOptions, READ_SETTINGS } from '../../../infra/postgres/postgres-pool.ts'
import type { ProjectionBuild } from '../../../infra/postgres/projection-builds.ts'
import { queryRows } from '../../../infra/postgres/row-query.ts'
import { queryTenantRows } from '../../../infra/postgres/tenant-rows.ts'
import { testLongTermReader } from '../../contract/long-term-reader.ts'
import { memoryAt, PARTITION, uuidOf } from '../../contract/long-term-rows.ts'
import { missingPooler, type OwnPooler, startOwnPooler } from '../../support/own-pooler.ts'
import { buildOfTenants, everyRowOf, TENANTS } from './build-of-tenants.ts'
import { type TemporaryDatabase, temporaryDatabase } from './temporary-database.ts'

const ASKS = 200
const CLIENTS = 6
const SHORT_MS = 400
/** Tests of one file run at once, on machines that do other things too. */
const BUSY_MS = 30_000
const ACME = { tenant: 'acme', namespace: 'default' }

const missing = await missingPooler()
if (missing === null) {
  const database = await temporaryDatabase()
  const teardowns: Array<() => unknown> = []
  // Of all tests here: those of the contract have no place for a part of their own.
  const pooler = await startOwnPooler({ teardown: (end) => teardowns.push(end) }, { connections: 4 })
  // Whatever the server's own are, what is read must not depend on them.
  await database.fold.query(`do $$ begin execute format(
    'alter database %I set bytea_output = escape', current_database()); end $$`)
  test.after.always(async () => {
    await database.drop()
    for (const end of teardowns.toReversed()) await end()
  })
  registerTests(database, pooler)
} else {
  test.skip(`a pooler in front of Postgres: ${missing}`, (t) => t.pass())
}

function poolBehind(
  t: Pick<ExecutionContext, 'teardown'>,
  { dsn }: TemporaryDatabase,
  { dsnOf }: OwnPooler,
  options: Partial<PostgresPoolOptions> = {},
): Pool {
  const pool = createPostgresPool({
    ...{ dsn: dsnOf(dsn), pooler: true, applicationName: 'behind', max: CLIENTS },
    ...{ settings: READ_SETTINGS, pipelined: true, connectTimeoutMs: BUSY_MS, ...options },
  })
  t.teardown(() => pool.end())
  return pool
}

/** What the server's connection has that a client of the pooler is given, beside the names that the pooler itself sets. */
async function leftOn(dsn: string): Promise<unknown> {
  const client = new Client({ connectionString: dsn, application_name: 'plain' })
  await client.connect()
  try {
    const settings = await client.query('select name, setting from pg_settings order by name')
    const session = await client.query(
      `select current_user, session_user, coalesce(current_setting('somabrain.tenant', true), '') as tenant,
         (select count(*) from pg_prepared_statements) as prepared,
         (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks`,
    )
    return { settings: settings.rows, session: session.rows }
  } finally {
    await client.end()
  }
}

function registerTests(database: TemporaryDatabase, pooler: OwnPooler): void {
  testLongTermReader({
    name: 'Postgres long-term behind a pooler',
    async open() {
      const teardowns: Array<() => unknown> = []
      const pool = poolBehind({ teardown: (end) => teardowns.push(end) }, database, pooler)
      const current = await database.newBuild()
      return {
        store: new PostgresLongTermStore(database.fold, current),
        reader: new PostgresLongTermReader(pool, { current }),
        close: async () => {
          for (const end of teardowns) await end()
        },
      }
    },
  })

  for (const pipelined of [true, false]) {
    const how = pipelined ? 'all at once' : 'one statement after the other'
    test(`tenants over one connection of the server, ${how}, see their own rows and leave nothing`, async (t) => {
      const build = await buildOfTenants(database)
      const one = await startOwnPooler(t, { connections: 1 })
      const dsn = one.dsnOf(database.dsn)
      const before = await leftOn(dsn)
      const pools = [1, 2].map(() => poolBehind(t, database, one, { pipelined }))
      const vanishing = vanishInTransactions(dsn, 10)
      await Promise.all(
        Array.from({ length: ASKS }, async (_, i) => {
          const [tenant, pool] = [TENANTS[i % TENANTS.length]!, pools[i % 3 === 0 ? 0 : 1]!]
          if (i % 7 === 3) {
            await t.throwsAsync(queryTenantRows(pool, tenant, { name: `broken ${i}`, text: 'select 1 / 0' }, []))
          } else if (i % 13 === 6) {
            // No setting takes it: there is no fence, and so there are no rows.
            await t.throwsAsync(queryTenantRows(pool, 'ac\0me', everyRowOf(build, 'memories'), []))
          } else if (i % 11 === 5) {
            // Of no tenant, as the owner: it sees both, and nobody behind it does.
            t.is((await queryRows(pool, everyRowOf(build, 'memories'), [])).length, TENANTS.length)
          } else {
            t.deepEqual(await queryTenantRows(pool, tenant, everyRowOf(build, 'memories'), []), [[tenant]])
          }
        }),
      )
      await vanishing
      t.deepEqual(await queryTenantRows(pools[0]!, 'acme', everyRowOf(build, 'memories'), []), [['acme']])
      t.deepEqual(await leftOn(dsn), before)
      t.deepEqual(await queryRows(pools[0]!, everyRowOf(build, 'outcomes'), []), [['acme'], ['bolt']])
      t.deepEqual(await leftOn(dsn), before)
    })
  }

  test('every transaction behind a pooler has the settings that a session has without one', async (t) => {
    const pool = poolBehind(t, database, pooler)
    const names = [...Object.keys(READ_SETTINGS), 'bytea_output', 'jit', 'statement_timeout', 'transaction_read_only']
    const text = `select current_user, ${names.map((name) => `current_setting('${name}')`).join(', ')}`
    const expected = await queryTenantRows(database.read, 'acme', { name: 'direct', text }, [])
    t.true(expected[0]!.includes('somabrain_query') && expected[0]!.includes('10s'))
    t.deepEqual(await queryTenantRows(pool, 'acme', { name: 'fenced', text }, []), expected)
    const [owner, ...settings] = (await queryRows(pool, { name: 'unfenced', text }, []))[0]!
    t.deepEqual(settings, expected[0]!.slice(1))
    t.not(owner, 'somabrain_query')
  })

  test('the server gives a statement up behind a pooler as well', async (t) => {
    const pool = poolBehind(t, database, pooler, { statementTimeoutMs: SHORT_MS })
    const asleep = { name: 'asleep', text: 'select pg_sleep(60)' }
    const given = { message: /canceling statement due to statement timeout/ }
    await t.throwsAsync(queryRows(pool, asleep, []), given)
    await t.throwsAsync(queryTenantRows(pool, 'acme', asleep, []), given)
  })

  test('what is read beside the reader is the same through a pooler and straight', async (t) => {
    const build = await buildOfTenants(database)
    await database.fold.query(
      `insert into somabrain.audit_entries (topic, partition, record_offset, chain, at, tenant, namespace, principal,
         action, id, detail)
       select 1, 0, n, '\\x00ff41', n, tenant, null, 'me', 'recall', 'id', '\\x4100fe'
       from (values (1, 'acme'), (2, null)) as entries (n, tenant)`,
    )
    const pool = poolBehind(t, database, pooler)
    for (const [name, ask] of Object.entries(readsOf(build))) {
      const straight = await ask(database.read)
      t.deepEqual(await ask(pool), straight, name)
      t.notDeepEqual(straight, [], name)
      t.truthy(straight, name)
    }
  })

  test('the live build and the fold are followed through a pooler', async (t) => {
    const build = await buildOfTenants(database)
    await database.fold.query(`update somabrain.projection_builds set state = 'retired' where state = 'live'`)
    await database.fold.query(`update somabrain.projection_builds set state = 'live' where build = $1`, [build.build])
    const pool = poolBehind(t, database, pooler)
    const live = new LiveBuild(pool, { projection: LONG_TERM })
    t.deepEqual(await live.refresh(), { ...build, state: 'live' })
    const watch = new PostgresFoldWatch(pool, live)
    t.teardown(() => watch.close())
    watch.start()
    t.true(await watch.waitForFold(PARTITION, 0, 10_000))
  })

  test('what needs a session of its own is refused a pooler, and Postgres is not asked', async (t) => {
    const pool = poolBehind(t, database, pooler)
    const refused = { message: /does not go through a pooler/ }
    await t.throwsAsync(
      alone(pool, 1, async () => t.fail()),
      refused,
    )
    await t.throwsAsync(
      inTransaction(pool, async () => t.fail()),
      refused,
    )
    t.is(pool.totalCount, 0)
  })

  test('a pool that is not made for a pooler is refused by it', async (t) => {
    const pool = createPostgresPool({
      ...{ dsn: pooler.dsnOf(database.dsn), applicationName: 'straight', settings: READ_SETTINGS },
    })
    t.teardown(() => pool.end())
    await t.throwsAsync(pool.query('select 1'), { message: /unsupported startup parameter/ })
  })
}

/** Clients of other programs that die in the middle of a transaction which has taken a tenant. */
async function vanishInTransactions(dsn: string, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    const client = new Client(dsn)
    client.on('error', () => {})
    await client.connect()
    await client.query(
      `begin; select set_config('somabrain.tenant', 'bolt', true), set_config('role', 'somabrain_query', true)`,
    )
    // The wire and not the protocol: no farewell.
    ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
  }
}

type Read = (pool: Pool) => Promise<unknown>

function readsOf(current: ProjectionBuild): Readonly<Record<string, Read>> {
  const followed = { current }
  const erasures = (pool: Pool) => new PostgresErasureLog(pool, followed)
  const reader = (pool: Pool) => new PostgresLongTermReader(pool, followed)
  const audit = { from: null, to: null, before: null, limit: 10 }
  return {
    'memories since': (pool) => reader(pool).memoriesSince('acme', 0, 10),
    'a memory': (pool) => reader(pool).memory('acme', memoryAt(0, ACME).memoryId),
    'live rows': (pool) => readLiveRows(pool, followed, ACME, [], 10),
    outcomes: (pool) => readOutcomes(pool, followed, PARTITION, -1, 10),
    'an erasure': (pool) => erasures(pool).erasure('acme', uuidOf('receipt of acme')),
    'newest erasures': (pool) => erasures(pool).newest(),
    'all erasures': (pool) => erasures(pool).all('', 10),
    'erased keys': (pool) => erasures(pool).erasedKeyIds('', 10),
    'audit of a tenant': (pool) => createPostgresAuditReader(pool).scan({ ...audit, tenant: 'acme' }),
    'audit of nobody': (pool) => createPostgresAuditReader(pool).scan({ ...audit, tenant: null }),
  }
}
