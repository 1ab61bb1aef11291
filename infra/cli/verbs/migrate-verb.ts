import type { Pool } from 'pg'
import { LONG_TERM_FOLD_VERSION } from '../../../domain/long-term/fold.ts'
import { longTermTables } from '../../postgres/long-term/long-term-tables.ts'
import { migrate, pendingMigrations } from '../../postgres/migrate.ts'
import { createPostgresPool } from '../../postgres/postgres-pool.ts'
import { ensureBuild } from '../../postgres/projection-builds.ts'
import type { VerbContext } from '../verb-context.ts'
import { paint } from '../view/terminal.ts'
import { namingPart } from './naming-part.ts'

export interface MigrateContext extends Pick<VerbContext, 'out' | 'err'> {
  /** `null`: none is configured, and embedded there is nothing to migrate. */
  readonly postgresDsn: string | null
  /** Only says what is pending. */
  readonly checksOnly: boolean
}

/** Gives Postgres the migrations of this build that it has not had, as a step of a deployment. Exit code 0 when it has them all. */
export async function migrateVerb(context: MigrateContext): Promise<number> {
  const { postgresDsn, checksOnly, err } = context
  if (postgresDsn === null) {
    err.write('Embedded there is nothing to migrate. For a cluster set SOMABRAIN_POSTGRES_DSN.\n')
    return 2
  }
  const pool = createPostgresPool({ dsn: postgresDsn, applicationName: 'somabrain-migrate', max: 1 })
  try {
    return await namingPart(() => (checksOnly ? check(pool, context) : apply(pool, context)))
  } finally {
    await pool.end()
  }
}

async function apply(pool: Pool, { out }: MigrateContext): Promise<number> {
  for (const { name } of await migrate(pool)) out.write(`applied  ${name}\n`)
  await ensureBuild(pool, longTermTables(LONG_TERM_FOLD_VERSION))
  out.write(`${paint(out, 'green', 'as expected')}: every table of this build\n`)
  return 0
}

async function check(pool: Pool, { out, err }: MigrateContext): Promise<number> {
  const pending = await pendingMigrations(pool)
  for (const { name } of pending) err.write(`pending  ${name}\n`)
  if (pending.length > 0) return 1
  out.write(`${paint(out, 'green', 'as expected')}: no migration of this build is pending\n`)
  return 0
}
