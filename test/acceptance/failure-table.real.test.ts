import { readdirSync } from 'node:fs'
import test, { type ExecutionContext } from 'ava'
import { decodePosition, encodePosition } from '../../domain/position.ts'
import { AuditSpill } from '../../infra/sqlite/audit/audit-spill.ts'
import { freePort } from '../../infra/stack/free-port.ts'
import { redirectKafka } from '../chaos/cluster/kafka-addresses.ts'
import { type TestCluster, testCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { type Answer, get, post } from '../support/http-client.ts'
import { missingParts, type RealPart, realParts } from '../support/real-parts.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

// The failure table of the architecture, row by row: one process loses one part after the other, without the part's
// knowing, and gets it back.

const HOST = '127.0.0.1'
/** More records than the tests append: a position that nobody was given, of the log as it is. */
const BEYOND = 1_000
/** Audited while the log is away. */
const READS = 5
const PARTS = ['kafka', 'registry', 'postgres', 'redis'] as const
const SETTING = {
  kafka: 'SOMABRAIN_KAFKA_URL',
  registry: 'SOMABRAIN_SCHEMA_REGISTRY_URL',
  postgres: 'SOMABRAIN_POSTGRES_DSN',
  redis: 'SOMABRAIN_REDIS_URL',
} as const

interface Process {
  readonly cluster: TestCluster
  readonly server: ServerProcess
  readonly links: Readonly<Record<RealPart, TcpProxy>>
  readonly environment: Readonly<Record<string, string>>
}

let shared: Promise<Process> | null = null
const process = (t: ExecutionContext): Promise<Process> => {
  shared ??= start(t)
  return shared
}

async function start(t: ExecutionContext): Promise<Process> {
  const cluster = await testCluster(temporaryFolder(t))
  const proxies = await Promise.all(PARTS.map((part) => proxyTo(part)))
  const links = Object.fromEntries(PARTS.map((part, i) => [part, proxies[i]!])) as unknown as Process['links']
  const environment = Object.fromEntries(
    PARTS.map((part) => {
      const url = new URL(cluster.environment[SETTING[part]]!)
      url.host = `${HOST}:${links[part].port}`
      return [SETTING[part], url.href]
    }),
  )
  const server = await cluster.start('all', environment)
  return { cluster, server, links, environment }
}

function proxyTo(part: RealPart): Promise<TcpProxy> {
  const port = Number(new URL(realParts[part]).port)
  if (part !== 'kafka') return startTcpProxy({ host: HOST, port })
  return startTcpProxy({ host: HOST, port }, { mapAnswers: (ownPort) => redirectKafka(HOST, port, ownPort) })
}

/** Connections end, and new ones are taken and stay silent. */
function lose(link: TcpProxy): void {
  link.silence()
  link.cut()
}

interface AuditItem {
  readonly id: string
  readonly operation: { readonly request_id: string } | null
}

const spillFilesIn = (dataDir: string) => readdirSync(dataDir).filter((name) => name.startsWith('audit-spill-'))

/** What a process that is gone left for the audit, as the next one finds it. */
function spilledIn(dataDir: string): readonly string[] {
  const spill = new AuditSpill(dataDir)
  spill.adopt()
  const left = spill.oldest(1_000)
  spill.close()
  return left.map(({ requestId }) => requestId)
}

const statusOf = (part: string, answer: Answer): unknown =>
  (answer.body.components as Record<string, { status: string }>)[part]?.status

/** One look at the parts answers for half a second, so one from before may be answered. */
const unhealthy = (url: string, part: string): Promise<void> =>
  eventually(async () => {
    const health = await get(`${url}/health`)
    if (health.status !== 503 || statusOf(part, health) !== 'unhealthy') throw new Error(JSON.stringify(health.body))
  })

async function healthy(t: ExecutionContext, url: string): Promise<void> {
  const health = eventually(async () => {
    const { status, body } = await get(`${url}/health`)
    if (status !== 200) throw new Error(JSON.stringify(body))
  })
  await t.notThrowsAsync(health)
}

const missing = await missingParts(...PARTS)
if (missing !== null) {
  test.skip(`the failure table: ${missing}`, () => undefined)
} else {
  test.after.always(async () => {
    if (shared === null) return
    const { cluster, links } = await shared
    for (const link of Object.values(links)) link.resume()
    await cluster.remove()
    await Promise.all(Object.values(links).map((link) => link.close()))
  })

  test.serial('without the log nothing is accepted, what is folded is answered, and the latest is not', async (t) => {
    const { server, links } = await process(t)
    const kept = await post(`${server.url}/remember`, { content: 'Ada moved to Lisbon.' }, { prefer: 'wait=10' })
    t.is(kept.status, 201, JSON.stringify(kept.body))
    lose(links.kafka)
    const refused = await post(
      `${server.url}/remember`,
      { content: 'Grace keeps bees.' },
      { 'idempotency-key': 'bees' },
    )
    t.is(refused.status, 503)
    t.true(['log_unavailable', 'outcome_unknown'].includes(refused.body.code as string), JSON.stringify(refused.body))
    t.truthy(refused.headers.get('retry-after'))
    await eventually(async () => {
      const answer = await post(`${server.url}/recall`, { query: 'Lisbon' })
      t.is(answer.status, 200)
      if (!JSON.stringify(answer.body.degraded).includes('log')) throw new Error('not noticed yet')
      t.like(answer.body, { results: [{ content: 'Ada moved to Lisbon.' }] })
    })
    const latest = await post(`${server.url}/recall`, { query: 'Lisbon', after: 'latest' })
    t.is(latest.body.code, 'not_yet_visible')
    const at = decodePosition(String(kept.body.position))!
    const folded = await post(`${server.url}/recall`, { query: 'Lisbon', after: encodePosition(at) })
    t.like(folded.body, { results: [{ content: 'Ada moved to Lisbon.' }] }, JSON.stringify(folded.body))
    const beyond = encodePosition({ ...at, offset: at.offset + BEYOND })
    t.is((await post(`${server.url}/recall`, { query: 'Lisbon', after: beyond })).body.code, 'not_yet_visible')
    await unhealthy(server.url, 'kafka')
    t.is((await get(`${server.url}/ready`)).status, 200)
    links.kafka.resume()
    await eventually(async () => {
      const again = await post(
        `${server.url}/remember`,
        { content: 'Grace keeps bees.' },
        { 'idempotency-key': 'bees' },
      )
      if (again.status !== 202) throw new Error(JSON.stringify(again.body))
    })
    await healthy(t, server.url)
  })

  test.serial(
    'what is audited while the log is away waits on local disk, also over a SIGKILL, and comes into it',
    async (t) => {
      t.timeout(180_000)
      const { server, links, cluster, environment } = await process(t)
      const dataDir = temporaryFolder(t)
      const own = { ...environment, SOMABRAIN_DATA_DIR: dataDir, SOMABRAIN_PORT: String(await freePort()) }
      const killed = await cluster.start('query', own)
      lose(links.kafka)
      const asked = Array.from({ length: READS }, (_, i) => `away-${i}`)
      for (const id of asked) {
        t.is((await post(`${killed.url}/recall`, { query: 'Lisbon' }, { 'x-request-id': id })).status, 200)
      }
      const refused = { 'x-request-id': 'away-refused' }
      t.is((await post(`${killed.url}/recall`, { query: '' }, refused)).body.code, 'invalid_request')
      const expected = [...asked, 'away-refused']
      await eventually(async () => {
        const metrics = await (await fetch(`${killed.url}/metrics`)).text()
        if (!metrics.includes(`somabrain_audit_waiting_entries{where="disk"} ${expected.length}\n`))
          throw new Error(metrics)
      })
      await killed.kill()
      t.deepEqual(spilledIn(dataDir), expected)

      const starting = cluster.start('query', own)
      await eventually(async () => {
        const { status } = await post(`${killed.url}/recall`, { query: 'Lisbon' }, { 'x-request-id': 'starting' })
        if (status !== 503) throw new Error(`${status}`)
      })
      links.kafka.resume()
      await starting
      await healthy(t, server.url)
      const audited = await eventually(async () => {
        const { body } = await get(`${server.url}/audit?limit=500`)
        const items = (body.items as AuditItem[]).filter(({ operation }) =>
          expected.includes(operation?.request_id ?? ''),
        )
        // An append that is answered too late is sent again: then an entry comes twice, with the same id.
        const once = new Map(items.reverse().map(({ id, operation }) => [id, operation!.request_id]))
        if (once.size < expected.length) throw new Error(`${[...once.values()]} of ${expected} are in the log`)
        return [...once.values()]
      }, 60_000)
      t.deepEqual(audited, expected, 'each once, in the order in which they were asked')
      await eventually(() => {
        if (spillFilesIn(dataDir).length > 0) throw new Error('what was shipped is still on disk')
      })
    },
  )

  test.serial(
    'without Postgres writes are accepted, for new users too, and recall says that it has no store',
    async (t) => {
      const { server, links } = await process(t)
      const resident = await post(`${server.url}/recall`, { query: 'Lisbon' })
      t.like(resident.body, { results: [{ content: 'Ada moved to Lisbon.' }] })
      lose(links.postgres)
      const accepted = await post(`${server.url}/remember`, { content: 'Linus likes penguins.', user_id: 'new-user' })
      t.is(accepted.status, 202)
      const keyed = await post(
        `${server.url}/remember`,
        { content: 'keyed' },
        { 'idempotency-key': 'while-postgres-is-away' },
      )
      t.is(keyed.status, 202)
      const recall = await post(`${server.url}/recall`, { query: 'penguins' })
      t.is(recall.status, 503)
      t.is(recall.body.code, 'store_unavailable')
      const stale = await post(`${server.url}/recall`, { query: 'Lisbon', allow_stale: true })
      t.like(stale.body, { stale: true, results: [{ content: 'Ada moved to Lisbon.' }] }, JSON.stringify(stale.body))
      await unhealthy(server.url, 'postgres')
      links.postgres.resume()
      await eventually(async () => {
        const answer = await post(`${server.url}/recall`, { query: 'penguins', after: accepted.body.position })
        if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
        t.like(answer.body, { results: [{ content: 'Linus likes penguins.' }] })
      })
      await healthy(t, server.url)
    },
  )

  test.serial('without Redis writes are accepted, recall answers, and only working memory is missing', async (t) => {
    const { server, links } = await process(t)
    lose(links.redis)
    t.is((await post(`${server.url}/remember`, { content: 'Alan runs marathons.' })).status, 202)
    const plain = await post(`${server.url}/recall`, { query: 'Lisbon' })
    t.is(plain.status, 200)
    const explained = await post(`${server.url}/recall`, { query: 'Lisbon', explain: true })
    t.is(explained.status, 200)
    t.deepEqual(explained.body.degraded, ['redis'])
    const memory = await get(`${server.url}/working-memory?namespace=default`)
    t.is(memory.status, 503)
    t.is(memory.body.code, 'store_unavailable')
    await unhealthy(server.url, 'redis')
    links.redis.resume()
    await healthy(t, server.url)
    await eventually(async () => {
      const back = await get(`${server.url}/working-memory?namespace=default`)
      if (!JSON.stringify(back.body).includes('Alan runs marathons.')) throw new Error(JSON.stringify(back.body))
    })
  })

  test.serial('without the registry running processes go on, and new ones wait and say so', async (t) => {
    const { server, links, cluster, environment } = await process(t)
    lose(links.registry)
    t.is((await post(`${server.url}/remember`, { content: 'Barbara plays chess.' }, { prefer: 'wait=10' })).status, 201)
    t.is((await post(`${server.url}/recall`, { query: 'chess' })).status, 200)
    const port = await freePort()
    const starting = cluster.start('query', { ...environment, SOMABRAIN_PORT: String(port) })
    const url = `http://${HOST}:${port}`
    const waiting = await eventually(async () => {
      const startup = await get(`${url}/startup`)
      if (!JSON.stringify(startup.body).includes('registry')) throw new Error(JSON.stringify(startup.body))
      return startup
    })
    t.is(waiting.status, 503)
    t.is((await get(`${url}/live`)).status, 200)
    t.is((await post(`${url}/recall`, { query: 'chess' })).body.code, 'starting')
    links.registry.resume()
    const started = await starting
    t.is((await post(`${started.url}/recall`, { query: 'chess' })).status, 200)
    await healthy(t, server.url)
  })
}
