import test, { type TestFn } from 'ava'
import type { Pool } from 'pg'
import { migrate } from '../../../infra/postgres/migrate.ts'
import { createPostgresPool } from '../../../infra/postgres/postgres-pool.ts'
import { postgresTokenStore } from '../../../infra/postgres/tokens/postgres-token-store.ts'
import { tokenStoreContract } from '../../contract/token-store.ts'
import { missingParts } from '../../support/real-parts.ts'
import { createDatabase } from '../postgres/temporary-database.ts'

const reason = await missingParts('postgres')

if (reason !== null) {
  test.skip(`the API tokens in Postgres: ${reason}`, () => {})
} else {
  let database: Awaited<ReturnType<typeof createDatabase>>
  const pool = (): Pool => createPostgresPool({ dsn: database.dsn, applicationName: 'test-tokens', max: 2 })
  test.before(async () => {
    database = await createDatabase()
    const migrating = pool()
    await migrate(migrating)
    await migrating.end()
  })
  test.after.always(() => database.drop())

  // One database for all of them, emptied for each.
  tokenStoreContract(test.serial as TestFn, async () => {
    const own = pool()
    await own.query('truncate somabrain.api_tokens')
    return postgresTokenStore(own)
  })
}
