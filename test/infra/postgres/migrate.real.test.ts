import test, { type ExecutionContext } from 'ava'
import { Pool } from 'pg'
import { migrate, migrations, pendingMigrations } from '../../../infra/postgres/migrate.ts'
import { missingParts, realParts } from '../../support/real-parts.ts'
import { createDatabase } from './temporary-database.ts'

const missing = await missingParts('postgres')
if (missing === null) registerTests()
else test.skip(`Postgres migrations: ${missing}`, (t) => t.pass())

async function emptyDatabase(t: ExecutionContext, encoding?: string): Promise<() => Pool> {
  const { dsn, drop } = await createDatabase(encoding)
  const pools: Pool[] = []
  t.teardown(async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    await drop()
  })
  return () => {
    const pool = new Pool({ connectionString: dsn, max: 2 })
    pools.push(pool)
    return pool
  }
}

function registerTests(): void {
  test('of processes that start at once each migration is applied by one', async (t) => {
    const connect = await emptyDatabase(t)
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(connect())))
    const names = migrations().map(({ name }) => name)
    t.deepEqual(
      applied.flat().map(({ name }) => name),
      names,
    )
    const { rows } = await connect().query('select number, name from somabrain.schema_migrations order by number')
    t.deepEqual(
      rows,
      migrations().map(({ number, name }) => ({ number, name })),
    )
  })

  test('what is pending is said without changing anything', async (t) => {
    const pool = (await emptyDatabase(t))()
    t.deepEqual(await pendingMigrations(pool), migrations())
    t.deepEqual(await pendingMigrations(pool), migrations())
    await migrate(pool)
    t.deepEqual(await pendingMigrations(pool), [])
    t.deepEqual(await migrate(pool), [])
  })

  test('a database that a later release has migrated is left as it is', async (t) => {
    const pool = (await emptyDatabase(t))()
    await migrate(pool)
    await pool.query(`insert into somabrain.schema_migrations (number, name) values (9999, '9999-of-later')`)
    t.deepEqual(await pendingMigrations(pool), [])
    t.deepEqual(await migrate(pool), [])
  })

  test('a database that cannot hold every text is refused, and nothing is made in it', async (t) => {
    const pool = (await emptyDatabase(t, 'LATIN1'))()
    await t.throwsAsync(migrate(pool), { message: /LATIN1/ })
    const { rows } = await pool.query(`select to_regnamespace('somabrain') as schema`)
    t.is(rows[0].schema, null)
  })

  test('a process that may not migrate can still see that nothing is pending', async (t) => {
    const owner = (await emptyDatabase(t))()
    await migrate(owner)
    const role = `somabrain_test_reader_${process.pid}`
    const database = (await owner.query('select current_database() as name')).rows[0].name
    await owner.query(`create role ${role} login password 'reader'`)
    t.teardown(() => dropRole(role))
    await owner.query(`grant usage on schema somabrain to ${role}`)
    await owner.query(`grant select on somabrain.schema_migrations to ${role}`)
    const url = new URL(realParts.postgres)
    Object.assign(url, { username: role, password: 'reader', pathname: `/${database}` })
    const reader = new Pool({ connectionString: url.href })
    try {
      t.deepEqual(await pendingMigrations(reader), [])
      await t.throwsAsync(reader.query('delete from somabrain.schema_migrations'))
    } finally {
      await reader.end()
      await owner.query(`drop owned by ${role}`)
    }
  })
}

async function dropRole(role: string): Promise<void> {
  const pool = new Pool({ connectionString: realParts.postgres })
  try {
    await pool.query(`drop role ${role}`)
  } finally {
    await pool.end()
  }
}
