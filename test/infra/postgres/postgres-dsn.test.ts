import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import test from 'ava'
import { parseDsn } from '../../../infra/postgres/postgres-dsn.ts'
import { createPostgresPool } from '../../../infra/postgres/postgres-pool.ts'

const SECRET = 'hunter2'

test('a DSN without sslmode is taken as it stands', (t) => {
  const dsn = `postgresql://soma:${SECRET}@db.internal:5432/soma`
  t.deepEqual(parseDsn(dsn), { connectionString: dsn, sessionOptions: [] })
})

test('sslmode means what it means to libpq', (t) => {
  for (const mode of ['disable', 'require', 'verify-ca', 'verify-full']) {
    const { connectionString } = parseDsn(`postgresql://soma@db/soma?sslmode=${mode}`)
    t.is(new URL(connectionString).searchParams.get('uselibpqcompat'), 'true')
  }
})

test('session options of the DSN are kept beside ours', (t) => {
  const { connectionString, sessionOptions } = parseDsn('postgresql://db/soma?options=-c%20work_mem%3D8MB')
  t.deepEqual(sessionOptions, ['-c work_mem=8MB'])
  t.false(connectionString.includes('options'))
})

test('what is wrong with a DSN is said without its password', (t) => {
  const wrong = [
    `postgresql://soma:${SECRET}@db/soma?sslmode=prefer`,
    `postgresql://soma:${SECRET}@db/soma?sslmode=yes`,
    `mysql://soma:${SECRET}@db/soma`,
    `soma:${SECRET}@db`,
    `host=db password=${SECRET}`,
  ]
  for (const dsn of wrong) {
    const error = t.throws(() => parseDsn(dsn))
    t.false(error.message.includes(SECRET), error.message)
  }
})

test('a server without TLS is refused where the DSN requires it', async (t) => {
  // `N` is the server's word for "no TLS here" (PostgreSQL protocol, SSLRequest).
  const server = createServer((socket) => socket.once('data', () => socket.end('N')))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const dsn = `postgresql://soma:${SECRET}@127.0.0.1:${port}/soma?sslmode=require`
  const pool = createPostgresPool({ dsn, applicationName: 'test' })
  await t.throwsAsync(pool.query('select 1'), { message: /SSL/ })
  await pool.end()
  server.close()
})
