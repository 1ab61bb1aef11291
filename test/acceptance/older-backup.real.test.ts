import assert from 'node:assert/strict'
import test, { type ExecutionContext } from 'ava'
import type { Role } from '../../infra/config/configuration.ts'
import { COMMANDS_TOPIC, KEYS_TOPIC } from '../../infra/kafka/topic-catalogue.ts'
import { runVerb } from '../infra/cli/run-verb.ts'
import { copyOfLog, restoreLog } from '../infra/cluster/older-log.ts'
import { backUpDatabase } from '../infra/postgres/temporary-database.ts'
import { type TestCluster, testCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { get, post } from '../support/http-client.ts'
import { missingParts } from '../support/real-parts.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { openKeys, rowsOf } from './erasure/erasing-cluster.ts'

const NAMESPACE = 'restored'
const SECRET = 'Ada keeps bees in Lisbon.'
const OTHER = 'Bob keeps hens in Porto.'
/** What the older of two copies of the log lacks. */
const LATER = 'Eve keeps hens and bees in Faro.'

type Log = Awaited<ReturnType<typeof copyOfLog>>

/** A cluster of which nothing runs, and whose subject was erased after its stores were copied. */
interface Restorable {
  readonly cluster: TestCluster
  readonly log: Log
  /** From before `LATER`: older than the backup of Postgres. */
  readonly olderLog: Log
  readonly keysBefore: number
  readonly receiptId: string
  readonly erasedId: string
  /** Puts back Postgres and the keys, which bring the subject back; with `log` that, too. */
  restore(log?: Log): Promise<void>
}

const remember = ({ url }: ServerProcess, user_id: string, content: string) =>
  post(`${url}/remember`, { namespace: NAMESPACE, user_id, content }, { prefer: 'wait=20' })

async function restorable(t: Pick<ExecutionContext, 'teardown'>): Promise<Restorable> {
  const cluster = await testCluster(temporaryFolder(t))
  t.teardown(() => cluster.remove())
  const [commandsTopic, keysTopic] = [`${cluster.prefix}${COMMANDS_TOPIC}`, `${cluster.prefix}${KEYS_TOPIC}`]
  const first = await cluster.start('all')
  const stored = async (userId: string, content: string): Promise<string> => {
    const { status, body } = await remember(first, userId, content)
    assert.equal(status, 201, JSON.stringify(body))
    return String(body.memory_id)
  }
  const erasedId = await stored('ada', SECRET)
  await stored('bob', OTHER)
  const olderLog = await copyOfLog(commandsTopic)
  await stored('eve', LATER)
  await first.stop()
  const backup = await backUpDatabase(cluster.environment.SOMABRAIN_POSTGRES_DSN!)
  t.teardown(() => backup.drop())
  const [log, keys, open] = [await copyOfLog(commandsTopic), await copyOfLog(keysTopic, 1), await openKeys(cluster)]

  const second = await cluster.start('all')
  assert.deepEqual(await recalled(second), [SECRET, OTHER, LATER])
  const erasure = await post(`${second.url}/forget`, { mode: 'erase', user_id: 'ada' })
  assert.equal(erasure.status, 202)
  await eventually(() => assertGone(second, erasedId))
  await second.stop()
  return {
    ...{ cluster, log, olderLog, erasedId, keysBefore: open.length, receiptId: String(erasure.body.receipt_id) },
    async restore(restored) {
      await backup.restore()
      await restoreLog(keysTopic, keys, { 'cleanup.policy': 'compact' })
      if (restored !== undefined) await restoreLog(commandsTopic, restored)
      assert.deepEqual(await openKeys(cluster), open, 'the key is back')
      const rows = await rowsOf(cluster, NAMESPACE)
      assert.ok(
        rows.every(({ sealed }) => sealed !== null),
        'and so is the memory',
      )
    },
  }
}

async function recalled({ url }: ServerProcess, more: object = {}): Promise<readonly string[]> {
  const { status, body } = await post(`${url}/recall`, {
    query: 'Who keeps bees or hens?',
    namespace: NAMESPACE,
    ...more,
  })
  assert.equal(status, 200, JSON.stringify(body))
  return (body.results as Array<{ content: string }>).map(({ content }) => content).toSorted()
}

async function workingMemory({ url }: ServerProcess): Promise<readonly string[]> {
  const { status, body } = await get(`${url}/working-memory?namespace=${NAMESPACE}`)
  assert.equal(status, 200, JSON.stringify(body))
  return (body.items as Array<{ content: string }>).map(({ content }) => content).toSorted()
}

const assertGone = async ({ url }: ServerProcess, memoryId: string): Promise<void> =>
  assert.equal((await get(`${url}/memories/${memoryId}`)).status, 404)

/** The erasure stands as if nothing had been restored: a tombstone, a destroyed key, a receipt that is known. */
async function assertErased({ cluster, keysBefore, receiptId }: Restorable, server: ServerProcess): Promise<void> {
  await eventually(async () => {
    const tombstones = (await rowsOf(cluster, NAMESPACE)).filter(({ sealed }) => sealed === null)
    assert.equal(tombstones.length, 1)
    assert.equal((await get(`${server.url}/receipts/${receiptId}`)).status, 200, 'the erasure is known again')
  })
  assert.equal((await openKeys(cluster)).length, keysBefore - 1)
}

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`an older backup after an erasure: ${missing}`, () => undefined)
} else {
  let made: Restorable
  const cleanUps: Array<() => unknown> = []
  test.before(async (t) => {
    t.timeout(120_000)
    made = await restorable({ teardown: (cleanUp) => void cleanUps.push(cleanUp) })
  })
  test.after.always(async () => {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp()
  })

  /** What a test leaves running would write to what the next one restores. */
  const start = async (t: ExecutionContext, role: Role): Promise<ServerProcess> => {
    const server = await made.cluster.start(role)
    t.teardown(() => server.stop())
    return server
  }

  test.serial(
    'Postgres and keys that are restored from before an erasure do not bring it back at any process',
    async (t) => {
      t.timeout(120_000)
      const { erasedId, restore } = made
      await restore()
      // Nobody folds yet: what this process answers is what the backup says.
      const query = await start(t, 'query')
      await assertGone(query, erasedId)
      t.deepEqual(await recalled(query), [OTHER, LATER])
      const all = await start(t, 'all')
      for (const server of [all, query]) {
        await eventually(async () => assert.deepEqual(await recalled(server, { after: 'latest' }), [OTHER, LATER]))
        await assertGone(server, erasedId)
      }
      await assertErased(made, query)
      t.deepEqual(await Promise.all([all.stop(), query.stop()]), [0, 0])
    },
  )

  test.serial(
    'a log that is restored with them does not either: what it lacks of the erasure is appended again',
    async (t) => {
      t.timeout(120_000)
      const { cluster, erasedId, log, restore } = made
      await restore(log)
      // Redis is newer than all of it. It is seeded before anybody has read the ledger: from what is to be erased, too.
      t.is((await runVerb(cluster.environment, 'rebuild', '--projection', 'working-memory')).code, 0)
      const all = await start(t, 'all')
      await assertGone(all, erasedId)
      t.deepEqual(await recalled(all), [OTHER, LATER])
      await assertErased(made, all)
      await eventually(async () => assert.deepEqual(await recalled(all, { after: 'latest' }), [OTHER, LATER]))
      await eventually(async () => assert.deepEqual(await workingMemory(all), [OTHER, LATER]))
      await eventually(async () => assert.equal((await get(`${all.url}/health`)).status, 200))
      t.is(await all.stop(), 0)
    },
  )

  test.serial(
    'a log that is older than they are is written to by nobody; accepted, it does not bring back what was erased',
    async (t) => {
      t.timeout(120_000)
      const { cluster, erasedId, olderLog, receiptId, restore } = made
      await restore(olderLog)
      const first = await start(t, 'all')
      const refused = await remember(first, 'bob', 'Bob keeps nothing.')
      t.is(refused.status, 503)
      t.is(refused.body.code, 'log_unavailable')
      await eventually(async () => {
        const { status, body } = await get(`${first.url}/health`)
        const { fold } = body.components as { fold: { status: string } }
        assert.deepEqual([status, fold.status], [503, 'unhealthy'])
      })
      await assertGone(first, erasedId)
      t.deepEqual(await recalled(first), [OTHER, LATER])
      t.is((await get(`${first.url}/receipts/${receiptId}`)).status, 404, 'nor is the erasure appended to it')
      const accepted = await runVerb(cluster.environment, 'rebuild', '--accept-log', '--yes')
      t.is(accepted.code, 0, accepted.printed)
      t.regex(accepted.printed, /partition \d+: .*the log was cut or exchanged/)
      t.is(await first.stop(), 0)

      const second = await start(t, 'all')
      await assertGone(second, erasedId)
      await assertErased(made, second)
      await eventually(async () => assert.deepEqual(await recalled(second, { after: 'latest' }), [OTHER]))
      await eventually(async () => assert.deepEqual(await workingMemory(second), [OTHER]))
      t.is((await remember(second, 'bob', 'Bob keeps nothing.')).status, 201)
      t.is(await second.stop(), 0)
    },
  )
}
