import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'pg'
import { longTermTables } from '../../../infra/postgres/long-term/long-term-tables.ts'
import { migrate } from '../../../infra/postgres/migrate.ts'
import { createPostgresPool, FOLD_SETTINGS, READ_SETTINGS } from '../../../infra/postgres/postgres-pool.ts'
import { createBuild, finishBuild, type ProjectionBuild } from '../../../infra/postgres/projection-builds.ts'
import { realParts } from '../../support/real-parts.ts'

export const FOLD_VERSION = 7
/** A contract suite makes a dozen databases at once: each is a copy of a template. */
const BUSY_SERVER_MS = 30_000
const LEAVING_MS = 2_000
const LOOK_AGAIN_MS = 20

/** A database of its own, with pools as a projector and a query process have them. */
export interface TemporaryDatabase {
  readonly dsn: string
  readonly fold: Pool
  readonly read: Pool
  /** Another long-term memory, empty, with everything that readers need. */
  newBuild(foldVersion?: number): Promise<ProjectionBuild>
  /** Ends the pools and drops the database. */
  drop(): Promise<void>
}

/** A new database, empty, and what drops it. */
export async function createDatabase(encoding = 'UTF8'): Promise<{ dsn: string; drop(): Promise<void> }> {
  const name = `somabrain_test_${randomBytes(6).toString('hex')}`
  const url = new URL(realParts.postgres)
  url.pathname = `/${name}`
  await asAdministrator(`create database ${name} template template0 encoding '${encoding}' locale 'C'`)
  return { dsn: url.href, drop: () => dropLeft(name) }
}

/**
 * Drops a database that pools have left. `pool.end()` does not wait for the server to see its connections go; one that the server ends
 * meanwhile would be an error that nobody listens for any more.
 */
async function dropLeft(name: string): Promise<void> {
  const pool = new Pool({ connectionString: realParts.postgres, max: 1 })
  try {
    for (const deadline = performance.now() + LEAVING_MS; performance.now() < deadline; await pause(LOOK_AGAIN_MS)) {
      const { rowCount } = await pool.query('select from pg_stat_activity where datname = $1', [name])
      if (rowCount === 0) break
    }
    await pool.query(`drop database if exists ${name} with (force)`)
  } finally {
    await pool.end()
  }
}

/** A copy of a database that nobody uses at the moment, to be put back in its place. */
export async function backUpDatabase(dsn: string): Promise<{ restore(): Promise<void>; drop(): Promise<void> }> {
  const name = new URL(dsn).pathname.slice(1)
  const copy = `${name}_backup`
  await asAdministrator(`create database ${copy} template ${name}`)
  return {
    async restore() {
      await asAdministrator(`drop database ${name} with (force)`)
      await asAdministrator(`create database ${name} template ${copy}`)
    },
    drop: () => asAdministrator(`drop database if exists ${copy} with (force)`),
  }
}

export async function temporaryDatabase(): Promise<TemporaryDatabase> {
  const { dsn, drop } = await createDatabase()
  const patient = { dsn, connectTimeoutMs: BUSY_SERVER_MS }
  const fold = createPostgresPool({ ...patient, applicationName: 'test-fold', settings: FOLD_SETTINGS })
  const read = createPostgresPool({
    ...patient,
    applicationName: 'test-read',
    settings: READ_SETTINGS,
    pipelined: true,
  })
  await migrate(fold)
  return {
    dsn,
    fold,
    read,
    async newBuild(foldVersion = FOLD_VERSION) {
      const tables = longTermTables(foldVersion)
      const build = await createBuild(fold, tables)
      await finishBuild(fold, tables, build)
      return build
    },
    async drop() {
      await Promise.all([fold.end(), read.end()])
      await drop()
    },
  }
}

async function asAdministrator(sql: string): Promise<void> {
  const pool = new Pool({ connectionString: realParts.postgres, max: 1 })
  try {
    await pool.query(sql)
  } finally {
    await pool.end()
  }
}
