import assert from 'node:assert/strict'
import test from 'ava'
import { Redis } from 'ioredis'
import { testCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { post } from '../support/http-client.ts'
import { missingParts, realParts } from '../support/real-parts.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

const HOST = '127.0.0.1'

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`limits of a cluster (${missing})`, () => {})
} else {
  test('two processes share the day, the rate and the namespaces, each its part while it has no Redis, and count again what Redis lost', async (t) => {
    t.timeout(120_000)
    const cluster = await testCluster(temporaryFolder(t))
    t.teardown(() => cluster.remove())
    const limits = { SOMABRAIN_WRITE_DAILY_LIMIT: '8', SOMABRAIN_RATE_RPS: '500', SOMABRAIN_NAMESPACE_LIMIT: '1' }
    const all = await cluster.start('all', limits)
    const link = await startTcpProxy({ host: HOST, port: Number(new URL(realParts.redis).port) })
    t.teardown(() => link.close())
    const throughLink = new URL(realParts.redis)
    throughLink.host = `${HOST}:${link.port}`
    const commands = await cluster.start('commands', { ...limits, SOMABRAIN_REDIS_URL: throughLink.href })
    const remember = (url: string, content: string) => post(`${url}/remember`, { content }, { prefer: 'wait=10' })

    const first = await Promise.all([0, 1].map((i) => remember(all.url, `memory ${i}`)))
    const last = await remember(commands.url, 'memory 2')
    t.deepEqual(
      [...first, last].map(({ status }) => status),
      [201, 201, 201],
    )
    // The other process finds in Postgres that the tenant has its one namespace.
    for (const { url } of [all, commands]) {
      const another = await post(`${url}/remember`, { content: 'x', namespace: 'another' })
      t.like([another.status, another.body.code, another.body.field], [403, 'too_many_namespaces', 'namespace'])
    }

    link.silence()
    link.cut()
    const items = Array.from({ length: 5 }, (_, i) => ({ content: `after ${i}` }))
    const alone = await post(`${commands.url}/remember/batch`, { items })
    t.is(alone.body.accepted, 2, `half of the five that were left: ${JSON.stringify(alone.body)}`)
    link.resume()
    // Its part is used up, so it is Redis that grants this, having been told of the two.
    const back = await eventually(async () => {
      const answer = await remember(commands.url, 'Redis is back')
      assert.equal(answer.status, 201, JSON.stringify(answer.body))
      return answer
    })
    t.regex(back.headers.get('ratelimit') ?? '', /"memories";r=2;t=\d+$/)

    const redis = new Redis(realParts.redis)
    t.teardown(() => redis.disconnect())
    const keys = await redis.keys(`${cluster.prefix}{limits}*`)
    t.true(keys.some((key) => key.includes(':memories:')) && keys.some((key) => key.includes(':requests:')))
    await redis.del(...keys)

    const batch = await post(`${commands.url}/remember/batch`, { items })
    t.is(batch.body.accepted, 2, JSON.stringify(batch.body))
    t.regex(batch.headers.get('ratelimit') ?? '', /"memories";r=0;t=\d+$/)
    await t.notThrowsAsync(eventually(async () => assert.equal((await remember(all.url, 'one more')).status, 429)))
  })

  test('a cluster recognises what it says already, and writes contexts', async (t) => {
    t.timeout(120_000)
    const cluster = await testCluster(temporaryFolder(t))
    t.teardown(() => cluster.remove())
    const { url } = await cluster.start('all')
    const remember = () => post(`${url}/remember`, { content: 'Ana moved to Lisbon in March.' }, { prefer: 'wait=10' })
    const first = await remember()
    t.is(first.body.status, 'stored')
    const again = await remember()
    t.like(again.body, { status: 'repeated', memory_id: first.body.memory_id })
    const context = await post(`${url}/context`, { query: 'Where does Ana live?', after: again.body.position })
    t.regex(String(context.body.text), /"Ana moved to Lisbon in March\."/)
    t.is((context.body.citations as unknown[]).length, 1)
  })
}
