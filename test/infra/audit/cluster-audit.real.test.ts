import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { Pool } from 'pg'
import type { AuditedTopic } from '../../../domain/audit/audit-topics.ts'
import { createAnchorCheck } from '../../../infra/audit/anchor-check.ts'
import { openClusterAudit } from '../../../infra/audit/cluster/open-cluster-audit.ts'
import { readConfiguration } from '../../../infra/config/configuration.ts'
import { loadSigningKey } from '../../../infra/crypto/signing-key.ts'
import { createPostgresPool, endPostgresPool } from '../../../infra/postgres/postgres-pool.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import { drawToken } from '../../../infra/tokens/token-text.ts'
import { replayAudit } from '../../../projections/audit/replay-audit.ts'
import { type TestCluster, testCluster } from '../../support/cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { get, post } from '../../support/http-client.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { runVerb } from '../cli/run-verb.ts'
import { type CopiedTopic, copyTopics, type TopicCopy } from './copy-topics.ts'
import { ofAnotherChain, signedByStranger } from './forge-anchor.ts'
import { tableTamperings } from './table-tampering.ts'

// A cluster on the real parts: what is audited, and what a replay says of topics that were copied and tampered with.

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
const real = missing === null ? test : test.skip

interface Audited {
  readonly cluster: TestCluster
  readonly dataDir: string
}

interface AuditItem {
  readonly action: string
  readonly topic: string
  readonly operation?: { readonly refused?: unknown }
}

const openAudit = ({ cluster }: Audited, topicsUnder: string) =>
  openClusterAudit(readConfiguration(cluster.environment).cluster!, createLogger({ level: 'silent' }), topicsUnder)

/** What a replay finds, of the cluster's own topics or of copies under another prefix. */
async function findings(audited: Audited, topicsUnder = audited.cluster.prefix): Promise<readonly string[]> {
  const opened = await openAudit(audited, topicsUnder)
  try {
    const isSigned = createAnchorCheck([loadSigningKey(audited.dataDir, null).publicKeyPem])
    const { findings: found } = await replayAudit({ ...opened, isSigned, since: null, progress: () => undefined })
    return found.map(({ kind, topic, partition, offset }) => `${kind} ${topic}/${partition}/${offset}`)
  } finally {
    await opened.close()
  }
}

/** What a replay finds in a copy whose fullest partitions were changed, and which these were. */
async function findingsInCopy(
  audited: Audited,
  name: string,
  change: (records: TopicCopy[], topic: CopiedTopic) => void,
): Promise<{ readonly found: readonly string[]; readonly places: ReadonlyMap<CopiedTopic, string> }> {
  const from = audited.cluster.prefix
  const to = `${from}copy-${name}.`
  const places = new Map<CopiedTopic, string>()
  await copyTopics({
    ...{ from, to },
    change(records, { topic, partition }) {
      places.set(topic, `${topic}/${partition}`)
      change(records, topic)
    },
  })
  return { found: await findings(audited, to), places }
}

const inAudited =
  (change: (records: TopicCopy[]) => void) =>
  (records: TopicCopy[], topic: CopiedTopic): void => {
    if (topic !== 'audit.events') change(records)
  }

const TABLES = { entries: 'somabrain.audit_entries', checkpoints: 'somabrain.audit_checkpoints' }

/** Hands out the longest chain of operations, and what makes both tables again as they are now. */
async function keepsTables(
  pool: Pool,
  work: (
    place: { readonly topic: AuditedTopic; readonly partition: number },
    restore: () => Promise<void>,
  ) => Promise<void>,
): Promise<void> {
  const { entries, checkpoints } = TABLES
  const { rows } = await pool.query(
    `select partition from ${entries} where topic = 1 group by partition order by count(*) desc limit 1`,
  )
  await pool.query(`create table kept_entries as table ${entries}`)
  await pool.query(`create table kept_checkpoints as table ${checkpoints}`)
  await work({ topic: 'audit.operations', partition: Number(rows[0].partition) }, async () => {
    await pool.query(`truncate ${entries}, ${checkpoints}`)
    await pool.query(`insert into ${entries} table kept_entries`)
    await pool.query(`insert into ${checkpoints} table kept_checkpoints`)
  })
}

const cutEnd = (records: TopicCopy[]): void => void records.splice(5)

const kinds: ReadonlyArray<readonly [string, (records: TopicCopy[]) => void, number]> = [
  [
    'altered',
    (records) => {
      const value = Buffer.from(records[3]!.value)
      value[value.length - 1] = value.at(-1)! ^ 1
      records[3] = { ...records[3]!, value }
    },
    3,
  ],
  ['missing', (records) => void records.splice(3, 1), 3],
  ['inserted', (records) => void records.splice(3, 0, records[1]!), 3],
  [
    'reordered',
    (records) => {
      ;[records[2], records[4]] = [records[4]!, records[2]!]
    },
    2,
  ],
  ['missing', cutEnd, 5],
]

real(
  `a cluster audits reads and writes, and a replay names what was done to its topics or table${missing === null ? '' : ` (${missing})`}`,
  async (t) => {
    t.timeout(150_000)
    const dataDir = temporaryFolder(t)
    const cluster = await testCluster(dataDir)
    t.teardown(() => cluster.remove())
    const audited = { cluster, dataDir }
    const server = await cluster.start('all')
    for (let i = 0; i < 7; i++) {
      await post(`${server.url}/remember`, { content: `canary-content ${i}` }, { prefer: 'wait=10' })
      await post(`${server.url}/recall`, { query: 'canary-query' }, { 'x-request-id': `r-${i}` })
      // Each in a batch of its own, so that the refusals are records of their own too.
      await post(`${server.url}/recall`, { query: '', k: i + 1000 })
    }
    // The second is refused, and of the third nobody knows whose it could be.
    const line = (content: string) => JSON.stringify({ content })
    const body = [line('canary-content'), line(''), line('canary-content')].join('\n')
    await fetch(`${server.url}/remember/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    }).then((answer) => answer.text())
    await post(`${server.url}/recall`, { query: 'x' }, { authorization: `Bearer ${drawToken()}` })
    const items = await eventually(async () => {
      const page = (await get(`${server.url}/audit?limit=100`)).body.items as AuditItem[]
      const of = (action: string): number => page.filter((item) => item.action === action).length
      if (of('remember') < 10 || of('recall') < 14) throw new Error('not chained yet')
      return page
    })
    const [batch, ...others] = items.filter(({ action, topic }) => action === 'remember' && topic !== 'memory.commands')
    t.deepEqual(batch?.operation?.refused, { total: 1, ranges: [{ first: 1, last: 1, code: 'invalid_request' }] })
    t.is(others.length, 0)
    t.true(items.every(({ action, topic }) => action === 'remember' || topic === 'audit.operations'))
    const deployed = ['schemas register', 'topics create', 'migrate']
    for (const what of deployed) t.is((await runVerb(cluster.environment, ...what.split(' '))).code, 0, what)
    await runVerb(cluster.environment, 'migrate', '--check')
    await eventually(async () => {
      const { code, printed } = await runVerb(cluster.environment, 'audit', 'list', '--unattributed')
      t.is(code, 0)
      const steps = deployed.filter((what) => printed.includes(`CLI ${what} administration`))
      if (steps.length < deployed.length) throw new Error(`not chained yet: ${printed}`)
      if (!printed.includes('401 unauthenticated POST /recall recall')) throw new Error('not chained yet')
    })
    t.regex(readFileSync(join(dataDir, 'signing.key'), 'utf8'), /BEGIN PRIVATE KEY/)
    t.is(await server.stop(), 0)
    t.deepEqual(await findings(audited), [])

    for (const [index, [kind, change, offset]] of kinds.entries()) {
      const { found, places } = await findingsInCopy(audited, String(index), inAudited(change))
      const named = (['memory.commands', 'audit.operations'] as const).map((topic) => places.get(topic))
      t.deepEqual(
        found,
        named.map((place) => `${kind} ${place}/${offset}`),
      )
    }

    const { auditCodec, close } = await openAudit(audited, cluster.prefix)
    for (const [name, forge] of Object.entries({ signedByStranger, ofAnotherChain })) {
      let last = -1
      const { found, places } = await findingsInCopy(audited, name, (records, topic) => {
        if (topic !== 'audit.events') return
        last = records.length - 1
        records[last] = { ...records[last]!, value: forge(auditCodec, records[last]!.value) }
      })
      t.deepEqual(found, [`forged-anchor ${places.get('audit.events')}/${last}`], name)
    }
    await close()

    const pool = createPostgresPool({ dsn: cluster.environment.SOMABRAIN_POSTGRES_DSN!, applicationName: 'test' })
    await keepsTables(pool, async (place, restore) => {
      for (const { what, statements, named } of tableTamperings) {
        for (const statement of statements(TABLES, place.topic, place.partition)) await pool.query(statement)
        t.deepEqual(await findings(audited), [`table-rewritten ${named(place.topic, place.partition)}`], what)
        await restore()
      }
    })
    await pool.query(`update somabrain.audit_entries set principal = 'x' where topic = 1 and record_offset = 2`)
    t.true((await findings(audited)).every((finding) => /^table-rewritten audit\.operations\/\d\/2$/.test(finding)))
    t.not((await findings(audited)).length, 0)
    // Whoever cuts the end of the log off and the table with it has left the anchor, which says how far it went.
    await pool.query(`delete from somabrain.audit_entries where topic = 0 and record_offset >= 5`)
    await pool.query(`update somabrain.audit_checkpoints set last_offset = 4 where topic = 0 and last_offset > 4`)
    await endPostgresPool(pool, 1000)
    const { found, places } = await findingsInCopy(audited, 'cut', (records, topic) => {
      if (topic === 'memory.commands') cutEnd(records)
    })
    t.true(found.includes(`missing ${places.get('memory.commands')}/5`), found.join(', '))
  },
)
