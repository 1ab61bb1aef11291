import test, { type ExecutionContext } from 'ava'
import { type TestCluster, testCluster } from '../support/cluster.ts'
import { holdPost } from '../support/held-request.ts'
import { get, post } from '../support/http-client.ts'
import { quietKafka } from '../support/quiet-kafka.ts'
import { missingParts, realParts } from '../support/real-parts.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { untilDraining } from '../support/until-draining.ts'

const IN_FLIGHT = 100

interface Processes {
  readonly commands: ServerProcess
  readonly otherCommands: ServerProcess
  readonly query: ServerProcess
  readonly projector: ServerProcess
}

let cluster: TestCluster | null = null
let shared: Promise<Processes> | null = null

async function start(t: ExecutionContext): Promise<Processes> {
  cluster = await testCluster(temporaryFolder(t))
  // The first one makes topics, schemas and tables.
  const projector = await cluster.start('projector')
  const [commands, otherCommands, query] = await Promise.all([
    cluster.start('commands'),
    cluster.start('commands'),
    cluster.start('query'),
  ])
  return { commands, otherCommands, query, projector }
}

const processes = (t: ExecutionContext): Promise<Processes> => {
  shared ??= start(t)
  return shared
}

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`a cluster of processes: ${missing}`, () => undefined)
} else {
  test.after.always(async () => {
    await cluster?.remove()
  })

  test.serial('what one process accepts, another answers, as soon as `after` names it', async (t) => {
    const { commands, query } = await processes(t)
    const remembered = await post(`${commands.url}/remember`, { content: 'Ada moved to Lisbon in May.' })
    t.is(remembered.status, 202)
    const answer = await post(`${query.url}/recall`, { query: 'Where does Ada live?', after: remembered.body.position })
    t.is(answer.status, 200)
    t.like(answer.body, { results: [{ memory_id: remembered.body.memory_id, content: 'Ada moved to Lisbon in May.' }] })
    t.is(answer.body.degraded, undefined)
  })

  test.serial('the latest is what the log says, not what this process heard of', async (t) => {
    const { otherCommands, query } = await processes(t)
    await post(`${otherCommands.url}/remember`, { content: 'Grace keeps bees on the roof.' })
    const answer = await post(`${query.url}/recall`, { query: 'bees', after: 'latest' })
    t.like(answer.body, { results: [{ content: 'Grace keeps bees on the roof.' }] })
  })

  test.serial('who waits is told that it is stored, and a repetition in another process is a duplicate', async (t) => {
    const { commands, otherCommands } = await processes(t)
    const headers = { prefer: 'wait=10', 'idempotency-key': 'once' }
    const first = await post(`${commands.url}/remember`, { content: 'only once' }, headers)
    t.is(first.status, 201)
    const again = await post(`${otherCommands.url}/remember`, { content: 'only once' }, headers)
    t.is(again.status, 200)
    t.is(again.body.memory_id, first.body.memory_id)
    t.is(again.headers.get('idempotent-replayed'), 'true')
    const other = await post(`${otherCommands.url}/remember`, { content: 'something else' }, headers)
    t.is(other.status, 422)
  })

  test.serial('what is forgotten through one process is gone from the others', async (t) => {
    const { commands, otherCommands, query } = await processes(t)
    const { body } = await post(`${commands.url}/remember`, { content: 'the code of the door is blue' })
    const forgotten = await post(`${otherCommands.url}/forget`, { memory_id: body.memory_id }, { prefer: 'wait=10' })
    t.is(forgotten.status, 201)
    const answer = await post(`${query.url}/recall`, { query: 'code of the door', after: 'latest' })
    const ids = (answer.body.results as Array<{ memory_id: string }>).map((one) => one.memory_id)
    t.false(ids.includes(body.memory_id as string))
  })

  test.serial('working memory holds what was stored, with a density matrix of trace 1', async (t) => {
    const { commands, query } = await processes(t)
    const stored = await post(
      `${commands.url}/remember`,
      { namespace: 'mind', content: 'tea at four' },
      { prefer: 'wait=10' },
    )
    t.is(stored.status, 201)
    const { status, body } = await get(`${query.url}/working-memory?namespace=mind`)
    t.is(status, 200)
    t.like(body, { items: [{ content: 'tea at four' }], density: { exposures: 1 } })
    t.true(Math.abs((body.density as { trace: number }).trace - 1) < 1e-12)
  })

  test.serial('each process serves the routes of its role, and all of them say how every part is', async (t) => {
    const { commands, query, projector } = await processes(t)
    t.is((await post(`${query.url}/remember`, { content: 'x' })).status, 404)
    t.is((await post(`${commands.url}/recall`, { query: 'x' })).status, 404)
    t.is((await post(`${projector.url}/recall`, { query: 'x' })).status, 404)
    for (const { url } of [commands, query, projector]) {
      const health = await get(`${url}/health`)
      t.is(health.status, 200, JSON.stringify(health.body))
      const parts = ['redis', 'postgres', 'kafka', 'schema_registry', 'fold']
      t.like(health.body, {
        status: 'healthy',
        components: Object.fromEntries(parts.map((part) => [part, { status: 'healthy' }])),
      })
      t.is((await get(`${url}/ready`)).status, 200)
      t.is((await get(`${url}/startup`)).status, 200)
    }
  })

  test.serial('told to end, a process answers what is in flight, leaves its group and ends well', async (t) => {
    const { commands, projector } = await processes(t)
    // What is in flight is known, not hoped for: each request has its headers read, half of them their body as well.
    const held = await Promise.all(
      Array.from({ length: IN_FLIGHT }, (_, i) =>
        holdPost(`${commands.url}/remember`, { namespace: 'drain', content: `thought ${i}` }),
      ),
    )
    const [half, rest] = [held.slice(0, IN_FLIGHT / 2), held.slice(IN_FLIGHT / 2)]
    for (const request of half) request.finish()
    const ended = Promise.all([commands.stop(), projector.stop()])
    await untilDraining(commands.url)
    for (const request of rest) request.finish()
    // One that is reset rejects, and fails the test.
    const answers = await Promise.all(held.map(({ answer }) => answer))
    t.deepEqual(await ended, [0, 0])
    for (const { status, headers, body } of answers.filter((one) => one.status !== 202)) {
      t.is(headers.get('content-type'), 'application/problem+json')
      t.true(status === 503 && body.code === 'shutting_down', JSON.stringify(body))
    }
    t.true((await groupStates(cluster!.prefix)).every((state) => state === 'Empty'))

    const accepted = answers.filter(({ status }) => status === 202).map(({ body }) => body.memory_id as string)
    t.true(accepted.length > 0)
    const successor = await cluster!.start('all')
    const list = await get(`${successor.url}/memories?namespace=drain&limit=500&after=latest`)
    const stored = (list.body.items as Array<{ memory_id: string }>).map(({ memory_id }) => memory_id)
    t.deepEqual(
      accepted.filter((id) => !stored.includes(id)),
      [],
    )
  })
}

async function groupStates(prefix: string): Promise<readonly string[]> {
  const admin = quietKafka([new URL(realParts.kafka).host]).admin()
  await admin.connect()
  try {
    const ids = (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(prefix))
    return (await admin.describeGroups(ids)).groups.map(({ state }) => state)
  } finally {
    await admin.disconnect()
  }
}
