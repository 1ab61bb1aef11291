import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
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

  test('a connection whose peer resets it when it says farewell does not fail the end of its pool', async (t) => {
    const { port, hostname, username, password, pathname } = new URL(realParts.postgres)
    let resetting = false
    const between = createServer((client) => {
      const server = connect(Number(port), hostname)
      server.pipe(client)
      client.on('data', (bytes) => {
        if (!resetting) return server.write(bytes)
        server.destroy()
        return client.resetAndDestroy()
      })
      for (const socket of [client, server]) socket.on('error', () => undefined)
    }).listen(0, '127.0.0.1')
    await once(between, 'listening')
    t.teardown(() => between.close())
    const { port: there } = between.address() as AddressInfo
    const dsn = `postgresql://${username}:${password}@127.0.0.1:${there}${pathname}`
    const pool = createPostgresPool({ dsn, applicationName: 'pool-test' })
    await pool.query('select 1')
    resetting = true
    await t.notThrowsAsync(endPostgresPool(pool, 60_000))
  })
}
