import { randomBytes } from 'node:crypto'
import test from 'ava'
import { Client } from 'pg'
import { LONG_TERM } from '../../../infra/postgres/long-term/long-term-tables.ts'
import { migrate } from '../../../infra/postgres/migrate.ts'
import { PostgresErasureLog } from '../../../infra/postgres/postgres-erasure-log.ts'
import { createPostgresPool, READ_SETTINGS } from '../../../infra/postgres/postgres-pool.ts'
import { queryTenantRows } from '../../../infra/postgres/tenant-rows.ts'
import { uuidOf } from '../../contract/long-term-rows.ts'
import { missingParts } from '../../support/real-parts.ts'
import { buildOfTenants, everyRowOf, TENANTS } from './build-of-tenants.ts'
import { createDatabase, temporaryDatabase } from './temporary-database.ts'

/** Without a tenant: where a fold stands, and bytes that nobody could read. */
const OF_NO_TENANT = ['checkpoints', 'dead_letters']
const FENCED = ['erased_keys', 'erasures', 'links', 'memories', 'namespaces', 'outcomes', 'receipts', 'scopes']

const missing = await missingParts('postgres')
if (missing === null) {
  const database = await temporaryDatabase()
  test.after.always(() => database.drop())

  const buildOfTwo = () => buildOfTenants(database)

  test('a statement that forgot to ask for its tenant is given its own tenant all the same', async (t) => {
    const build = await buildOfTwo()
    for (const table of FENCED) {
      const ownerSees = await database.fold.query(everyRowOf(build, table).text)
      t.is(new Set(ownerSees.rows.map(({ tenant }) => tenant)).size, 2, `${table} has rows of both`)
      for (const tenant of [...TENANTS, ...TENANTS]) {
        const seen = await queryTenantRows(database.read, tenant, everyRowOf(build, table), [])
        t.deepEqual(seen, [[tenant]], table)
      }
      t.deepEqual(await queryTenantRows(database.read, 'nobody', everyRowOf(build, table), []), [])
      t.deepEqual(await queryTenantRows(database.read, '', everyRowOf(build, table), []), [])
    }
  })

  test('what a request is told of an erasure and its subject is read as the role that sees one tenant', async (t) => {
    const build = await buildOfTwo()
    const log = new PostgresErasureLog(database.read, { current: build })
    const scope = { tenant: 'acme', namespace: 'default' }
    const reads = {
      erasures: () => log.erasure('acme', uuidOf('receipt of acme')),
      receipts: () => log.erasure('acme', uuidOf('receipt of acme')),
      memories: () => log.underKey(scope, 'e'.repeat(32), -1, 10),
    }
    t.is(await log.erasure('acme', uuidOf('receipt of bolt')), null)
    for (const [table, read] of Object.entries(reads)) {
      await t.notThrowsAsync(read(), table)
      // The owner of the table goes on reading it: only who reads as the role is stopped.
      await database.fold.query(`revoke select on ${build.schema}.${table} from somabrain_query`)
      await t.throwsAsync(read(), { message: new RegExp(`permission denied for table ${table}`) }, table)
      await database.fold.query(`grant select on ${build.schema}.${table} to somabrain_query`)
    }
  })

  test('a connection without a tenant sees nothing', async (t) => {
    const build = await buildOfTwo()
    const client = new Client(database.dsn)
    await client.connect()
    t.teardown(() => client.end())
    await client.query('set role somabrain_query')
    for (const table of FENCED) t.is((await client.query(everyRowOf(build, table).text)).rowCount, 0, table)
    // Once a transaction set it, the setting is there for good, and empty.
    await client.query(`begin; select set_config('somabrain.tenant', 'acme', true); commit`)
    for (const table of FENCED) t.is((await client.query(everyRowOf(build, table).text)).rowCount, 0, table)
  })

  test('requests of many tenants through one connection, some of which fail, leave nothing on it', async (t) => {
    const build = await buildOfTwo()
    for (const pipelined of [true, false]) {
      const settings = READ_SETTINGS
      const pool = createPostgresPool({ dsn: database.dsn, applicationName: 'one', max: 1, settings, pipelined })
      t.teardown(() => pool.end())
      const asks = Array.from({ length: 40 }, (_, i) => TENANTS[i % 2]!)
      const answers = await Promise.allSettled(
        asks.map((tenant, i) =>
          i % 7 === 3
            ? queryTenantRows(pool, tenant, { name: `broken ${i}`, text: 'select 1 / 0' }, [])
            : queryTenantRows(pool, tenant, everyRowOf(build, 'memories'), []),
        ),
      )
      for (const [i, answer] of answers.entries()) {
        if (i % 7 === 3) t.is(answer.status, 'rejected')
        else t.deepEqual(answer, { status: 'fulfilled', value: [[asks[i]!]] })
      }
      const left = await pool.query(
        `select current_user <> session_user as role, current_setting('somabrain.tenant', true) as tenant`,
      )
      t.false(left.rows[0].role)
      t.true(['', null].includes(left.rows[0].tenant))
    }
  })

  test('rows are not given out when the fence could not be put up', async (t) => {
    const build = await buildOfTwo()
    const pool = createPostgresPool({ dsn: database.dsn, applicationName: 'unfenced', max: 1, pipelined: true })
    t.teardown(() => pool.end())
    // A value that no setting takes: the fence fails, and the statement behind it with it.
    await t.throwsAsync(queryTenantRows(pool, 'ac\0me', everyRowOf(build, 'memories'), []))
    t.deepEqual(await queryTenantRows(pool, 'acme', everyRowOf(build, 'memories'), []), [['acme']])
  })

  test('the role reads and does nothing else, and nothing but what has a tenant', async (t) => {
    const build = await buildOfTwo()
    const role = await database.fold.query(
      `select rolsuper, rolbypassrls, rolcanlogin, rolcreaterole from pg_roles where rolname = 'somabrain_query'`,
    )
    t.deepEqual(role.rows, [{ rolsuper: false, rolbypassrls: false, rolcanlogin: false, rolcreaterole: false }])
    const client = new Client(database.dsn)
    await client.connect()
    t.teardown(() => client.end())
    await client.query(`set role somabrain_query; set somabrain.tenant = 'acme'`)
    for (const statement of [
      `delete from ${build.schema}.memories`,
      `update ${build.schema}.memories set tenant = 'acme'`,
      `insert into ${build.schema}.scopes values ('acme', 'x')`,
      `select * from ${build.schema}.dead_letters`,
      'select * from somabrain.api_tokens',
      'select * from somabrain.projection_builds',
      `alter table ${build.schema}.memories disable row level security`,
    ]) {
      await t.throwsAsync(client.query(statement), { message: /permission denied|must be owner/ }, statement)
    }
  })

  test('every table of a build has a tenant and its fence, but where the fold stands and what nobody could read', async (t) => {
    const build = await database.newBuild()
    const { rows } = await database.fold.query(
      `select relname as table, relrowsecurity as fenced,
         exists (select from pg_attribute where attrelid = c.oid and attname = 'tenant') as tenant,
         (select count(*)::int from pg_policy where polrelid = c.oid) as policies
       from pg_class as c where relnamespace = $1::regnamespace and relkind = 'r' order by relname`,
      [build.schema],
    )
    t.true(rows.length >= FENCED.length + OF_NO_TENANT.length)
    for (const { table, fenced, tenant, policies } of rows) {
      const has = !OF_NO_TENANT.includes(table)
      t.deepEqual({ tenant, fenced, policies }, { tenant: has, fenced: has, policies: has ? 1 : 0 }, table)
    }
  })

  test('a build of the release before gets its fence by the migration', async (t) => {
    const { dsn, drop } = await createDatabase()
    const pool = createPostgresPool({ dsn, applicationName: 'upgrade' })
    t.teardown(async () => {
      await pool.end()
      await drop()
    })
    await migrate(pool)
    await pool.query(`
      create schema old_build;
      create table old_build.memories (tenant text not null);
      create table old_build.checkpoints (partition smallint);
      insert into old_build.memories values ('acme'), ('bolt');
      insert into somabrain.projection_builds (projection, build, schema_name, fold_version, state)
        values ('${LONG_TERM}', 1, 'old_build', 1, 'live');
      drop function somabrain.fence_long_term;
      delete from somabrain.schema_migrations where name like '%tenant-fence'`)
    await migrate(pool)
    const statement = { name: 'all', text: 'select tenant from old_build.memories' }
    t.deepEqual(await queryTenantRows(pool, 'acme', statement, []), [['acme']])
  })

  test('an owner that is no superuser takes the role when it was granted, and is told what to run when not', async (t) => {
    const { dsn, drop } = await createDatabase()
    const name = `soma_owner_${randomBytes(4).toString('hex')}`
    const administrator = new Client(dsn)
    await administrator.connect()
    await administrator.query(`create role ${name} login password 'own' nosuperuser nocreaterole`)
    await administrator.query(`grant all on database ${new URL(dsn).pathname.slice(1)} to ${name}`)
    const own = new URL(dsn)
    own.username = name
    own.password = 'own'
    const pool = createPostgresPool({ dsn: own.href, applicationName: 'owner', pipelined: true })
    t.teardown(async () => {
      await pool.end()
      await administrator.query(`drop owned by ${name} cascade; drop role ${name}`)
      await administrator.end()
      await drop()
    })
    await t.throwsAsync(migrate(pool), {
      message: new RegExp(`an administrator has to run .*grant somabrain_query to ${name}`),
    })
    await administrator.query(`grant somabrain_query to ${name}`)
    await migrate(pool)
    t.deepEqual(await queryTenantRows(pool, 'acme', { name: 'who', text: 'select current_user' }, []), [
      ['somabrain_query'],
    ])
  })
} else {
  test.skip(`tenant fence: ${missing}`, (t) => t.pass())
}
