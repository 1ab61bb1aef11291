import test from 'ava'
import { createPostgresPool, endPostgresPool } from '../../../infra/postgres/postgres-pool.ts'
import { eventually } from '../../support/eventually.ts'
import { missingParts, realParts } from '../../support/real-parts.ts'

const missing = await missingParts('postgres')

if (missing !== null) {
  test.skip(`connections to Postgres: ${missing}`, () => undefined)
} else {
  test('a connection that is lost between two statements of its holder ends that holder’s work and nothing else', async (t) => {
    const pool = createPostgresPool({ dsn: realParts.postgres, applicationName: 'pool-test' })
    try {
      const held = await pool.connect()
      const [own] = (await held.query<{ pid: number }>('select pg_backend_pid() as pid')).rows
      await pool.query('select pg_terminate_backend($1)', [own?.pid])
      const lost = await eventually(async () => {
        try {
          await held.query('select 1')
        } catch (error) {
          return error as Error
        }
        throw new Error('it is still there')
      })
      t.regex(lost.message, /connection|terminat/i)
      held.release(lost)
      const [row] = (await pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows
      t.not(row?.pid, own?.pid)
    } finally {
      await endPostgresPool(pool, 1_000)
    }
  })
}
