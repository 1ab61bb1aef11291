import test from 'ava'
import { Client } from 'pg'
import { testCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { type Answer, get, post } from '../support/http-client.ts'
import { missingPooler, startOwnPooler } from '../support/own-pooler.ts'
import { missingParts, realParts } from '../support/real-parts.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

// A cluster whose queries read through a real pooler in transaction mode, and whose writes and folds go straight to Postgres.

const ASKS = 60
const STARTS_WITHIN_MS = 180_000
/** What PgBouncer takes to give a waiting read up, as the page sets it, and more. */
const ANSWERS_WITHIN_MS = 30_000

const NOBODYS = '0198f2d4-0000-7000-8000-000000000000'
const STRAIGHT = 'straight'
const LISBON = 'Ada moved to Lisbon.'

/** Everything that a query reads in Postgres, by what asks for it. */
const reads = (url: string, memoryId: string): Readonly<Record<string, () => Promise<Answer>>> => ({
  recall: () => post(`${url}/recall`, { query: 'Lisbon' }),
  'a memory': () => get(`${url}/memories/${memoryId}`),
  memories: () => get(`${url}/memories`),
  namespaces: () => get(`${url}/namespaces`),
  audit: () => get(`${url}/audit`),
})

async function assertAnswered(answer: Answer, content: string): Promise<void> {
  if (answer.status !== 200 || !JSON.stringify(answer.body).includes(content)) {
    throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  }
}

/** How many records each fold of this process has behind it, over all partitions; each partition begins at −1. */
async function foldedBy(url: string): Promise<Readonly<Record<'long-term' | 'working-memory', number>>> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const of = (fold: string): number =>
    [...metrics.matchAll(/^somabrain_projection_offset\{projection="([a-z-]+)[^}]*\} (\S+)$/gm)]
      .filter(([, name]) => name!.startsWith(fold))
      .reduce((sum, [, , offset]) => sum + Number(offset) + 1, 0)
  return { 'long-term': of('long-term'), 'working-memory': of('working-memory') }
}

/** Those that are named as the DSN says, in which a name goes before that of a pool. */
async function connectionsOf(dsn: string): Promise<number> {
  const client = new Client({ connectionString: dsn, application_name: 'counts' })
  await client.connect()
  try {
    const others = 'select count(*) from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()'
    return Number((await client.query(others, [STRAIGHT])).rows[0].count)
  } finally {
    await client.end()
  }
}

function lose(link: TcpProxy): void {
  link.silence()
  link.cut()
}

const missing = (await missingParts('kafka', 'registry', 'postgres', 'redis')) ?? (await missingPooler())
if (missing !== null) {
  test.skip(`queries behind a pooler: ${missing}`, () => undefined)
} else {
  test('queries read through the pooler alone, and its death and that of Postgres behind it are told as decided', async (t) => {
    t.timeout(STARTS_WITHIN_MS)
    const { hostname, port } = new URL(realParts.postgres)
    const link = await startTcpProxy({ host: hostname, port: Number(port) })
    t.teardown(() => link.close())
    const pooler = await startOwnPooler(t, { connections: 2, postgresPort: link.port })
    const cluster = await testCluster(temporaryFolder(t))
    t.teardown(() => cluster.remove())
    const through = pooler.dsnOf(cluster.environment.SOMABRAIN_POSTGRES_DSN!)
    const { url } = await cluster.start('all', { SOMABRAIN_POSTGRES_POOLER_DSN: through })

    const kept = await post(`${url}/remember`, { content: LISBON }, { prefer: 'wait=10' })
    t.is(kept.status, 201, JSON.stringify(kept.body))
    const memoryId = String(kept.body.memory_id)
    const asked = Object.entries(reads(url, memoryId))
    await Promise.all(
      Array.from({ length: ASKS }, async (_, i) => {
        const [name, ask] = asked[i % asked.length]!
        const answer = await ask()
        t.is(answer.status, 200, `${name}: ${JSON.stringify(answer.body)}`)
      }),
    )
    await assertAnswered(await reads(url, memoryId).recall!(), LISBON)

    // Of a process that only answers queries, nothing that they read goes another way.
    const dsn = new URL(cluster.environment.SOMABRAIN_POSTGRES_DSN!)
    dsn.searchParams.set('application_name', STRAIGHT)
    const way = { SOMABRAIN_POSTGRES_DSN: dsn.href, SOMABRAIN_POSTGRES_POOLER_DSN: through }
    const queries = await cluster.start('query', way)
    for (const [name, ask] of Object.entries(reads(queries.url, memoryId))) {
      const answer = await ask()
      t.is(answer.status, 200, `${name}: ${JSON.stringify(answer.body)}`)
    }
    t.is((await get(`${queries.url}/working-memory?namespace=default`)).status, 200)
    t.is((await get(`${queries.url}/receipts/${NOBODYS}`)).body.code, 'receipt_not_found')
    t.is((await get(`${queries.url}/health`)).status, 200)
    t.is(await connectionsOf(dsn.href), 0)

    for (const [what, end, restore] of [
      ['the pooler', () => pooler.kill(), () => pooler.start()],
      ['Postgres behind it', async () => lose(link), async () => link.resume()],
    ] as const) {
      await end()
      for (const [name, ask] of asked) {
        const answer = await ask()
        t.is(answer.status, 503, `${name} without ${what}: ${JSON.stringify(answer.body)}`)
        t.is(answer.body.code, 'store_unavailable', name)
      }
      const stale = await post(`${url}/recall`, { query: 'Lisbon', allow_stale: true })
      t.like(stale.body, { stale: true, results: [{ content: LISBON }] }, JSON.stringify(stale.body))
      await eventually(async () => {
        const { status, body } = await get(`${url}/health`)
        const { postgres } = body.components as { postgres: { status: string } }
        if (status !== 503 || postgres.status !== 'unhealthy') throw new Error(JSON.stringify(body))
      }, ANSWERS_WITHIN_MS)
      const content = `Written without ${what}.`
      const before = await foldedBy(url)
      const written = await post(`${url}/remember`, { content })
      t.is(written.status, 202, JSON.stringify(written.body))
      await eventually(async () => {
        const now = await foldedBy(url)
        // That of working memory asks long-term memory what each record came to.
        if (now['long-term'] === before['long-term'] || now['working-memory'] === before['working-memory']) {
          throw new Error(JSON.stringify({ before, now }))
        }
      })
      await restore()
      await eventually(
        async () =>
          assertAnswered(await post(`${url}/recall`, { query: content, after: written.body.position }), content),
        ANSWERS_WITHIN_MS,
      )
      await eventually(async () => {
        const { status, body } = await get(`${url}/health`)
        if (status !== 200) throw new Error(JSON.stringify(body))
      }, ANSWERS_WITHIN_MS)
    }
  })
}
