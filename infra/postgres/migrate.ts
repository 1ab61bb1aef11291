import { readdirSync, readFileSync } from 'node:fs'
import type { Pool, PoolClient } from 'pg'
import { inTransaction } from './in-transaction.ts'
import { pastDeadlocks } from './past-deadlocks.ts'
import { patiently } from './patiently.ts'

export interface Migration {
  readonly number: number
  /** The file's name without `.sql`. */
  readonly name: string
  readonly sql: string
}

const FOLDER = new URL('./migrations/', import.meta.url)
const FILE_NAME = /^(\d{4})-[a-z0-9-]+\.sql$/
/** Of the advisory lock that one starting process holds while it migrates: "SBmi". */
export const MIGRATION_LOCK = 0x53_42_6d_69

/** The migrations of this build, in order. */
export function migrations(): readonly Migration[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file, index) => {
      const number = Number(FILE_NAME.exec(file)?.[1])
      if (number !== index + 1) throw new Error(`infra/postgres/migrations/${file} is not number ${index + 1}`)
      return { number, name: file.slice(0, -'.sql'.length), sql: readFileSync(new URL(file, FOLDER), 'utf8') }
    })
}

/** Migrations that the database has not had, in order. Empty when a later release has been here: it has had ours. */
export async function pendingMigrations(pool: Pool): Promise<readonly Migration[]> {
  const table = await pool.query(`select to_regclass('somabrain.schema_migrations') is not null as exists`)
  const applied = table.rows[0].exists ? await appliedNumbers(pool) : new Set<number>()
  return migrations().filter(({ number }) => !applied.has(number))
}

/**
 * Applies what is pending and returns it. Several processes may start at once: one migrates, the others wait for it and
 * find nothing to do. All or nothing, in one transaction. A migration must work with the previous release's code, which
 * still runs while this one starts: it adds, and what is to go leaves with the release after.
 */
export const migrate = (pool: Pool): Promise<readonly Migration[]> =>
  pastDeadlocks(() => inTransaction(pool, applyPending))

async function applyPending(client: PoolClient): Promise<readonly Migration[]> {
  // Other processes wait here for as long as a migration takes.
  await patiently(client, `select pg_advisory_xact_lock(${MIGRATION_LOCK})`)
  await checkEncoding(client)
  await client.query('create schema if not exists somabrain')
  await client.query(
    `create table if not exists somabrain.schema_migrations (
       number integer primary key, name text not null, applied_at timestamptz not null default now())`,
  )
  const applied = await appliedNumbers(client)
  const pending = migrations().filter(({ number }) => !applied.has(number))
  for (const { number, name, sql } of pending) {
    await patiently(client, sql)
    await client.query('insert into somabrain.schema_migrations (number, name) values ($1, $2)', [number, name])
  }
  return pending
}

async function appliedNumbers(pool: Pool | PoolClient): Promise<ReadonlySet<number>> {
  const { rows } = await pool.query('select number from somabrain.schema_migrations')
  return new Set(rows.map((row) => Number(row.number)))
}

/** The log holds any Unicode: a database of another encoding would refuse a record for good. */
async function checkEncoding(client: PoolClient): Promise<void> {
  const { rows } = await client.query('show server_encoding')
  const encoding = rows[0].server_encoding
  if (encoding !== 'UTF8') throw new Error(`The database's encoding is ${encoding}: it must be created with UTF8`)
}
