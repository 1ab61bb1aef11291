import test from 'ava'
import { Client } from 'pg'
import { type TestCluster, testCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { type Answer, get, post } from '../support/http-client.ts'
import { missingPooler, type OwnPooler, startOwnPooler } from '../support/own-pooler.ts'
import { missingParts, realParts } from '../support/real-parts.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

// A cluster whose queries read through a real pooler in transaction mode, and whose writes and folds go straight to Postgres.

const ASKS = 60
const STARTS_WITHIN_MS = 180_000
/** What PgBouncer takes to give a waiting read up, as the page sets it, and more. */
const ANSWERS_WITHIN_MS = 30_000

interface Behind {
  readonly cluster: TestCluster
  readonly pooler: OwnPooler
  /** Between the pooler and Postgres. */
  readonly link: TcpProxy
  readonly url: string
}

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

/** What the fold wrote, asked straight. */
async function folded({ cluster }: Behind): Promise<number> {
  const client = new Client(cluster.environment.SOMABRAIN_POSTGRES_DSN!)
  await client.connect()
  try {
    return Number((await client.query('select count(*) from long_term_1.memories')).rows[0].count)
  } finally {
    await client.end()
  }
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
    const behind = { cluster, pooler, link, url }

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

    for (const [what, lose, restore] of [
      ['the pooler', () => pooler.kill(), () => pooler.start()],
      [
        'Postgres behind it',
        async () => {
          link.silence()
          link.cut()
        },
        async () => link.resume(),
      ],
    ] as const) {
      await lose()
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
      const before = await folded(behind)
      const written = await post(`${url}/remember`, { content })
      t.is(written.status, 202, JSON.stringify(written.body))
      await eventually(async () => {
        if ((await folded(behind)) === before) throw new Error('not folded yet')
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
