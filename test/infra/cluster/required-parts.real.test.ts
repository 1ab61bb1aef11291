import assert from 'node:assert/strict'
import test from 'ava'
import { freePort } from '../../../infra/stack/free-port.ts'
import { testCluster } from '../../support/cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { get } from '../../support/http-client.ts'
import { missingParts } from '../../support/real-parts.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const STARTS_WITHIN_MS = 60_000

/** `address`, on a port where nothing listens. */
async function deaf(address: string): Promise<string> {
  const url = new URL(address)
  url.port = String(await freePort())
  return url.href
}

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`parts that a start must have: ${missing}`, () => undefined)
} else {
  test.serial(
    'where long-term memory must answer a process ends without it, and else waits until it does',
    async (t) => {
      t.timeout(2 * STARTS_WITHIN_MS)
      const cluster = await testCluster(temporaryFolder(t))
      const dsn = new URL(cluster.environment.SOMABRAIN_POSTGRES_DSN!)
      const link = await startTcpProxy({ host: dsn.hostname, port: Number(dsn.port) })
      dsn.port = String(link.port)
      link.silence()
      try {
        for (const [away, reason] of [
          [await deaf(dsn.href), 'connect ECONNREFUSED'],
          [dsn.href, 'timeout'],
        ] as const) {
          for (const [setting, part] of [
            ['SOMABRAIN_POSTGRES_DSN', 'Postgres'],
            ['SOMABRAIN_POSTGRES_POOLER_DSN', 'the pooler of Postgres'],
          ] as const) {
            const more = { [setting]: away, SOMABRAIN_REQUIRE_MEMORY: '1' }
            const refused = await t.throwsAsync(cluster.start('commands', more))
            t.regex(refused!.message, /ended with code 1/)
            const said = `cannot start: SOMABRAIN_REQUIRE_MEMORY is 1, and long-term memory (${part}) does not answer: `
            t.true(refused!.message.includes(said), refused!.message)
            t.true(refused!.message.includes(reason), refused!.message)
          }
        }

        const port = await freePort()
        const starting = cluster.start('commands', { SOMABRAIN_POSTGRES_DSN: dsn.href, SOMABRAIN_PORT: String(port) })
        await eventually(async () => {
          const { status, body } = await get(`http://127.0.0.1:${port}/startup`)
          if (status !== 503 || !/timeout/.test(String(body.waiting_for))) throw new Error(JSON.stringify(body))
        }, STARTS_WITHIN_MS)
        link.resume()
        t.is((await get(`${(await starting).url}/startup`)).status, 200)

        const required = await cluster.start('commands', { SOMABRAIN_REQUIRE_MEMORY: '1' })
        t.is((await get(`${required.url}/startup`)).status, 200)
      } finally {
        link.resume()
        await cluster.remove()
        await link.close()
      }
    },
  )

  test.serial(
    'where the whole stack must answer a process ends without Redis, which it could start without',
    async (t) => {
      t.timeout(2 * STARTS_WITHIN_MS)
      const cluster = await testCluster(temporaryFolder(t))
      try {
        const away = { SOMABRAIN_REDIS_URL: await deaf(cluster.environment.SOMABRAIN_REDIS_URL!) }
        await cluster.start('query', away)
        // Any other part that is slow ends it too, under its own name.
        const refusedForRedis = () =>
          assert.rejects(cluster.start('query', { ...away, SOMABRAIN_FORCE_FULL_STACK: '1' }), {
            message: /ended with code 1: .*cannot start: SOMABRAIN_FORCE_FULL_STACK is 1, and Redis does not answer/,
          })
        await t.notThrowsAsync(eventually(refusedForRedis, STARTS_WITHIN_MS))
      } finally {
        await cluster.remove()
      }
    },
  )
}
