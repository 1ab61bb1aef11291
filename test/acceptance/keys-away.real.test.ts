import test from 'ava'
import { redirectKafka } from '../chaos/cluster/kafka-addresses.ts'
import { type TestCluster, testCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { post } from '../support/http-client.ts'
import { missingParts, realParts } from '../support/real-parts.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

const HOST = '127.0.0.1'

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`recall while keys are away: ${missing}`, () => undefined)
} else {
  let cluster: TestCluster | null = null
  let link: TcpProxy | null = null
  test.after.always(async () => {
    link?.resume()
    await cluster?.remove()
    await link?.close()
  })

  test("a process that lost the log before it read a new user's key answers what it knew, and says so", async (t) => {
    t.timeout(120_000)
    cluster = await testCluster(temporaryFolder(t))
    const { port } = new URL(realParts.kafka)
    const broker = { host: HOST, port: Number(port) }
    link = await startTcpProxy(broker, { mapAnswers: (ownPort) => redirectKafka(HOST, broker.port, ownPort) })
    const whole = await cluster.start('all')
    const cutOff = await cluster.start('query', { SOMABRAIN_KAFKA_URL: `kafka://${HOST}:${link.port}` })
    const remember = (user_id: string, content: string) =>
      post(`${whole.url}/remember`, { user_id, content }, { prefer: 'wait=10' })
    const recall = (after?: unknown) =>
      post(`${cutOff.url}/recall`, { query: 'Who keeps bees?', ...(after === undefined ? {} : { after }) })

    const known = await remember('ada', 'Ada keeps bees.')
    t.is(known.status, 201)
    const before = await recall(known.body.position)
    t.like(before.body, { results: [{ content: 'Ada keeps bees.' }], position: known.body.position })

    link.silence()
    link.cut()
    const unknown = await remember('grace', 'Grace keeps bees in Lisbon.')
    t.is(unknown.status, 201)
    const without = await recall()
    t.is(without.status, 200, JSON.stringify(without.body))
    t.like(without.body, { results: [{ content: 'Ada keeps bees.' }], position: known.body.position })
    t.is(without.body.total_results, 1)
    t.true((without.body.degraded as string[]).includes('log'))
    const beyond = await recall(unknown.body.position)
    t.like(beyond, { status: 503, body: { code: 'store_unavailable' } })
    t.truthy(beyond.headers.get('retry-after'))

    link.resume()
    await eventually(async () => {
      const { body } = await recall(unknown.body.position)
      if (body.total_results !== 2) throw new Error(JSON.stringify(body))
    })
  })
}
