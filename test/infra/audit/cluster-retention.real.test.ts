import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import test, { type ExecutionContext } from 'ava'
import { type ChainName, chainText, operationChains } from '../../../domain/audit/audit-topics.ts'
import { DAY_MS, startOfUtcDay } from '../../../domain/limits/utc-day.ts'
import { createAnchorCheck } from '../../../infra/audit/anchor-check.ts'
import { ANCHOR_EVERY_MS } from '../../../infra/audit/anchor-pace.ts'
import { openClusterAudit } from '../../../infra/audit/cluster/open-cluster-audit.ts'
import { topicNumber } from '../../../infra/audit/topic-number.ts'
import { readConfiguration } from '../../../infra/config/configuration.ts'
import { loadSigningKey } from '../../../infra/crypto/signing-key.ts'
import { createPostgresPool, endPostgresPool } from '../../../infra/postgres/postgres-pool.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import { startSomabrain } from '../../../main.ts'
import { readAnchors } from '../../../projections/audit/read-anchors.ts'
import { createAuditApi } from '../../../query-api/audit.ts'
import { testCluster } from '../../support/cluster.ts'
import { TestClock } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { post } from '../../support/http-client.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { runVerb } from '../cli/run-verb.ts'
import { everything } from './audited-folder.ts'

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
const real = missing === null ? test : test.skip

const RETENTION_DAYS = 2
/** Brokers take no record whose time is ahead of theirs (KIP-937), so all that the test's clock says is past. */
const BEGUN_AGO_MS = 10 * DAY_MS
const READS = 5

/** A whole process of a cluster in this one, that looks all the time whether a day of the test's clock is over. */
async function keptForDays(t: ExecutionContext) {
  const dataDir = temporaryFolder(t)
  const cluster = await testCluster(dataDir)
  t.teardown(() => cluster.remove())
  const environment = {
    ...cluster.environment,
    SOMABRAIN_DATA_DIR: dataDir,
    SOMABRAIN_PORT: '0',
    SOMABRAIN_AUDIT_RETENTION_DAYS: String(RETENTION_DAYS),
  }
  const clock = new TestClock(startOfUtcDay(Date.now()) - BEGUN_AGO_MS)
  const logged: string[] = []
  const logger = createLogger({ level: 'error', destination: { write: (line) => void logged.push(line) } })
  const auditLooks = { firstLookMs: 0, lookEveryMs: 20 }
  const server = await startSomabrain(readConfiguration(environment), { clock: clock.now, logger, auditLooks })
  t.teardown(() => server.close())
  const opened = await openClusterAudit(readConfiguration(environment).cluster!, createLogger({ level: 'silent' }))
  t.teardown(() => opened.close())
  const pool = createPostgresPool({ dsn: cluster.environment.SOMABRAIN_POSTGRES_DSN!, applicationName: 'test', max: 1 })
  t.teardown(() => endPostgresPool(pool, 1000))
  const api = createAuditApi(opened.reader, opened.auditCodec)
  const isSigned = createAnchorCheck([loadSigningKey(dataDir, null).publicKeyPem])

  const rowsOf = async (chain: ChainName): Promise<readonly number[]> =>
    (await opened.evidence.rows(chain, 0, Number.MAX_SAFE_INTEGER)).map(({ offset }) => offset)
  const anchorsOf = async (chain: ChainName) =>
    (await readAnchors({ ...opened, codec: opened.auditCodec, isSigned })).anchors.get(chainText(chain)) ?? []
  return {
    ...{ clock, environment, logged, rowsOf, anchorsOf },
    /** Offset of the first operation in the topic. */
    start: (chain: ChainName) => opened.evidence.start(chain),
    /** Reads, until their operations are chained. Resolves to the one chain that they all are in. */
    async read(): Promise<ChainName> {
      const lengths = async () => Promise.all(operationChains.map(async (chain) => (await rowsOf(chain)).length))
      const before = await lengths()
      for (let i = 0; i < READS; i++) await post(`${server.url}/recall`, { query: 'who keeps bees?' })
      return eventually(async () => {
        const now = await lengths()
        const chain = operationChains.find((_, i) => now[i]! >= before[i]! + READS)
        if (chain === undefined) throw new Error('not chained yet')
        return chain
      })
    },
    /** Lets the time pass until all of a chain is anchored; resolves to the offset that the anchor is of. */
    anchored: (chain: ChainName): Promise<number> =>
      eventually(async () => {
        clock.advance(ANCHOR_EVERY_MS)
        const offset = (await anchorsOf(chain)).at(-1)?.offset
        if (offset === undefined || offset < (await rowsOf(chain)).at(-1)!) throw new Error('not anchored yet')
        return offset
      }),
    /** Rewrites the table's row of an operation; again, and it is as it was. */
    reversePrincipal: ({ partition }: ChainName, offset: number) =>
      pool.query(
        `update somabrain.audit_entries set principal = reverse(principal)
          where topic = $1 and partition = $2 and record_offset = $3`,
        [topicNumber('audit.operations'), partition, offset],
      ),
    /** What the server audited of its own doing, with the code that it ended with. */
    async doings(): Promise<readonly string[]> {
      const { items } = await api.page({ tenant: null }, { ...everything, action: 'administration' })
      const said = items.map(({ principal, operation }) => `${principal} ${operation?.code ?? 'trimmed'}`)
      return [...new Set(said)].map((one) => one.replace(`server:${hostname()} `, '')).toSorted()
    },
    async counted(metric: string): Promise<number> {
      const text = await (await fetch(`${server.url}/metrics`)).text()
      return Number(new RegExp(`^${metric} (\\d+)$`, 'm').exec(text)?.[1])
    },
  }
}

real(
  `a server of a cluster takes away at a signed anchor what is older than the retention, once it verifies${missing === null ? '' : ` (${missing})`}`,
  async (t) => {
    t.timeout(120_000)
    const audit = await keptForDays(t)
    const { clock, rowsOf, anchorsOf, start } = audit
    const chain = await audit.read()
    const old = await audit.anchored(chain)
    // The clock stands still: no anchor is of these before those above are too old to keep.
    await audit.read()
    // What the log took slowly may come once more, behind them.
    const all = await rowsOf(chain)
    const young = all.slice(old + 1)
    t.true(young.length >= READS)

    await audit.reversePrincipal(chain, old)
    clock.advance((RETENTION_DAYS + 1) * DAY_MS)
    await eventually(async () => assert.deepEqual(await audit.doings(), ['unsound']))
    t.is(await audit.counted('somabrain_audit_breaks_total'), 1)
    t.true(
      audit.logged.some((line) => line.includes(`"kind":"table-rewritten"`)),
      audit.logged.join(''),
    )
    t.is(await start(chain), 0)
    t.deepEqual((await rowsOf(chain)).slice(0, all.length), all)
    t.true((await anchorsOf(chain)).every(({ kind }) => kind === 'anchor'))

    // These have an anchor too, with something behind it, and it is young.
    t.true((await audit.anchored(chain)) > old)
    await audit.read()
    await audit.reversePrincipal(chain, old)
    clock.advance(DAY_MS)
    await eventually(async () => assert.deepEqual(await audit.doings(), ['trimmed', 'unsound']))
    t.is(await start(chain), old + 1)
    t.deepEqual((await rowsOf(chain)).slice(0, young.length), young)
    const trims = (await anchorsOf(chain)).filter(({ kind }) => kind === 'trim')
    t.deepEqual(
      trims.map(({ offset }) => offset),
      [old],
    )
    t.is(await audit.counted('somabrain_audit_trimmed_records_total'), old + 1)
    t.is(await audit.counted('somabrain_audit_breaks_total'), 1)
    const replayed = await runVerb(audit.environment, 'audit', 'replay')
    t.is(replayed.code, 0, replayed.printed)
    t.regex(replayed.printed, new RegExp(`${chainText(chain)} +\\d+ records from ${old + 1},`))
  },
)
