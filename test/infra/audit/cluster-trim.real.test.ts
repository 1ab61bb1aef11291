import test from 'ava'
import { EVENTS_PARTITIONS, OPERATIONS_PARTITIONS } from '../../../domain/audit/audit-topics.ts'
import { trimCluster } from '../../../infra/audit/cluster/trim-cluster.ts'
import { readConfiguration } from '../../../infra/config/configuration.ts'
import { loadSigningKey } from '../../../infra/crypto/signing-key.ts'
import { createKafkaLogReader } from '../../../infra/kafka/kafka-log-reader.ts'
import { createPostgresPool, endPostgresPool } from '../../../infra/postgres/postgres-pool.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import { testCluster } from '../../support/cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { get, post } from '../../support/http-client.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { runVerb } from '../cli/run-verb.ts'
import { realKafka } from '../kafka/kafka-settings.ts'

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
const real = missing === null ? test : test.skip
const CANARY = 'canary7f3e'
const TENANT_READS = 6

/** Everything in the audit's topics and its table, as text. */
async function everythingAudited(prefix: string, dsn: string): Promise<string> {
  const pieces: string[] = []
  for (const [topic, partitions] of [
    ['audit.operations', OPERATIONS_PARTITIONS],
    ['audit.events', EVENTS_PARTITIONS],
  ] as const) {
    const reader = createKafkaLogReader(realKafka(), { topic: `${prefix}${topic}` })
    for (let partition = 0; partition < partitions; partition++) {
      const records = await reader.read(partition, await reader.start(partition), { records: 10_000, bytes: 1 << 24 })
      for (const { key, value, headers } of records) {
        pieces.push(Buffer.from(key).toString('latin1'), Buffer.from(value).toString('latin1'), JSON.stringify(headers))
      }
    }
    await reader.close()
  }
  const pool = createPostgresPool({ dsn, applicationName: 'test' })
  const { rows } = await pool.query(
    `select e::text || encode(coalesce(detail, ''), 'escape') as row from somabrain.audit_entries e`,
  )
  pieces.push(...rows.map(({ row }) => String(row)))
  await endPostgresPool(pool, 1000)
  return pieces.join('\n')
}

real(
  `operations of a cluster are trimmed up to an anchor, verify from there on, and hold nothing of what was asked${missing === null ? '' : ` (${missing})`}`,
  async (t) => {
    t.timeout(170_000)
    const dataDir = temporaryFolder(t)
    const cluster = await testCluster(dataDir)
    t.teardown(() => cluster.remove())
    const environment = { ...cluster.environment, SOMABRAIN_DATA_DIR: dataDir }
    const readAWhile = async (more: Readonly<Record<string, string>> = {}): Promise<void> => {
      const server = await cluster.start('all', more)
      await post(`${server.url}/remember`, { content: `${CANARY}-content`, user_id: `${CANARY}-user` })
      for (let i = 0; i < TENANT_READS; i++) {
        await post(`${server.url}/recall`, { query: `${CANARY}-query`, user_id: `${CANARY}-user` })
      }
      await eventually(async () => {
        const { body } = await get(`${server.url}/audit?action=recall&limit=100`)
        if ((body.items as unknown[]).length < TENANT_READS) throw new Error('not chained yet')
      })
      t.is(await server.stop(), 0)
    }
    await readAWhile()
    const between = new Date().toISOString()
    await readAWhile()
    t.false((await everythingAudited(cluster.prefix, cluster.environment.SOMABRAIN_POSTGRES_DSN!)).includes(CANARY))

    const trimmed = await runVerb(environment, 'audit', 'trim', '--before', between, '--yes')
    t.is(trimmed.code, 0, trimmed.printed)
    const upTo = Number(/audit\.operations\/\d: trimmed up to offset (\d+)/.exec(trimmed.printed)?.[1])
    t.true(upTo >= TENANT_READS - 1, trimmed.printed)
    const replayed = await runVerb(environment, 'audit', 'replay')
    t.is(replayed.code, 0, replayed.printed)
    t.regex(replayed.printed, new RegExp(`audit\\.operations/\\d +\\d+ records from ${upTo + 1},`))
    // As a server that keeps operations for a time does; two of them at once.
    await readAWhile({ SOMABRAIN_AUDIT_RETENTION_DAYS: '1' })
    const deps = {
      configuration: readConfiguration(environment).cluster!,
      pool: createPostgresPool({ dsn: cluster.environment.SOMABRAIN_POSTGRES_DSN!, applicationName: 'test', max: 2 }),
      signingKey: loadSigningKey(dataDir, null),
      logger: createLogger({ level: 'silent' }),
    }
    const now = Date.now()
    const request = { before: now, now, signal: new AbortController().signal }
    const both = await Promise.all([trimCluster(deps, request), trimCluster(deps, request)])
    await endPostgresPool(deps.pool, 1000)
    const [done, ...others] = both.filter((one) => one?.outcome === 'trimmed')
    t.deepEqual(others, [])
    t.true((done?.outcome === 'trimmed' && done.trimmed[0]!.offset > upTo) === true)
    t.is((await runVerb(environment, 'audit', 'replay')).code, 0)
  },
)
