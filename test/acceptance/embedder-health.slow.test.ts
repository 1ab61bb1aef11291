import test, { type ExecutionContext } from 'ava'
import { answering, embeddingsService, status } from '../support/embeddings-service.ts'
import { eventually } from '../support/eventually.ts'
import { get, post } from '../support/http-client.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

const KEY = 'a-key-of-the-service'

async function startWith(t: ExecutionContext, environment: Record<string, string>) {
  const server = await startServerProcess(temporaryFolder(t), environment)
  t.teardown(() => server.kill())
  return {
    ...server,
    health: async () => (await get(`${server.url}/health`)).body as unknown as HealthBody,
    metric: async (line: string) => {
      const text = await (await fetch(`${server.url}/metrics`)).text()
      const found = text.split('\n').find((one) => one.startsWith(`${line} `))
      return found === undefined ? null : Number(found.slice(line.length))
    },
  }
}

interface HealthBody {
  readonly status: string
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

test('without an embedder health says that there is none, and no metric of one is shown', async (t) => {
  const { health, metric } = await startWith(t, {})
  t.deepEqual((await health()).components.embedder, { status: 'disabled' })
  t.is(await metric('somabrain_embedder_up'), null)
})

test('an embedder that goes away degrades a server that stays ready, counts what it owes, and pays it back', async (t) => {
  const service = await embeddingsService(t)
  const { url, health, metric } = await startWith(t, {
    SOMABRAIN_EMBEDDER: `openai:${service.url}`,
    SOMABRAIN_EMBEDDER_MODEL: 'small',
    SOMABRAIN_EMBEDDER_API_KEY: KEY,
  })
  await post(`${url}/remember`, { content: 'Ana bought an automobile.' }, { prefer: 'wait=10' })
  t.like((await health()).components.embedder, { status: 'healthy', model: 'small', dimension: 8 })

  service.behave(status(503))
  const { status: accepted } = await post(`${url}/remember`, { content: 'The sea was rough.' }, { prefer: 'wait=10' })
  t.is(accepted, 201)
  const degraded = await eventually(async () => {
    const body = await health()
    if (body.status !== 'degraded') throw new Error(body.status)
    return body
  })
  t.like(degraded.components.embedder, { status: 'unhealthy', model: 'small' })
  t.regex(String(degraded.components.embedder?.down_since), /^\d{4}-.*Z$/)
  t.false(JSON.stringify(degraded).includes(KEY))
  t.false(JSON.stringify(degraded).includes(service.url))
  t.is((await get(`${url}/ready`)).status, 200)
  t.is(await metric('somabrain_embedder_up'), 0)
  t.is(await metric('somabrain_memories_accepted_without_vector_total'), 1)
  const waiting = async (count: number): Promise<void> => {
    const shown = await metric('somabrain_memories_without_vector')
    if (shown !== count) throw new Error(`${shown} memories wait, and not ${count}`)
  }
  await eventually(() => waiting(1), 60_000)

  service.behave(answering())
  await eventually(() => waiting(0), 120_000)
  await eventually(async () => {
    const { status: whole } = await health()
    if (whole !== 'healthy') throw new Error(whole)
  })
  const { body } = await post(`${url}/recall`, { query: 'Which ocean?' })
  t.is((body.results as Array<{ content: string }>)[0]?.content, 'The sea was rough.')
})
