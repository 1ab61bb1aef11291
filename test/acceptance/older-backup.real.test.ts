import assert from 'node:assert/strict'
import test from 'ava'
import { KEYS_TOPIC } from '../../infra/kafka/topic-catalogue.ts'
import { copyOfLog, restoreLog } from '../infra/cluster/older-log.ts'
import { backUpDatabase } from '../infra/postgres/temporary-database.ts'
import { testCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { get, post } from '../support/http-client.ts'
import { missingParts } from '../support/real-parts.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { openKeys, rowsOf } from './erasure/erasing-cluster.ts'

const NAMESPACE = 'restored'
const SECRET = 'Ada keeps bees in Lisbon.'
const OTHER = 'Bob keeps hens in Porto.'

async function recalled({ url }: ServerProcess, more: object = {}): Promise<readonly string[]> {
  const { status, body } = await post(`${url}/recall`, {
    query: 'Who keeps bees or hens?',
    namespace: NAMESPACE,
    ...more,
  })
  assert.equal(status, 200, JSON.stringify(body))
  return (body.results as Array<{ content: string }>).map(({ content }) => content)
}

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`an older backup after an erasure: ${missing}`, () => undefined)
} else {
  test('Postgres and keys that are restored from before an erasure do not bring it back at any process', async (t) => {
    t.timeout(240_000)
    const cluster = await testCluster(temporaryFolder(t))
    t.teardown(() => cluster.remove())
    const keysTopic = `${cluster.prefix}${KEYS_TOPIC}`
    const first = await cluster.start('all')
    const remember = (user_id: string, content: string) =>
      post(`${first.url}/remember`, { namespace: NAMESPACE, user_id, content }, { prefer: 'wait=20' })
    const mine = await remember('ada', SECRET)
    t.is(mine.status, 201)
    t.is((await remember('bob', OTHER)).status, 201)
    t.is(await first.stop(), 0)
    const backup = await backUpDatabase(cluster.environment.SOMABRAIN_POSTGRES_DSN!)
    t.teardown(() => backup.drop())
    const keys = await copyOfLog(keysTopic, 1)
    const openBefore = await openKeys(cluster)

    const second = await cluster.start('all')
    t.true((await recalled(second)).includes(SECRET))
    const erasure = await post(`${second.url}/forget`, { mode: 'erase', user_id: 'ada' })
    t.is(erasure.status, 202)
    const gone = async ({ url }: ServerProcess) =>
      assert.equal((await get(`${url}/memories/${mine.body.memory_id}`)).status, 404)
    await eventually(() => gone(second))
    t.is(await second.stop(), 0)

    await backup.restore()
    await restoreLog(keysTopic, keys, { 'cleanup.policy': 'compact' })
    t.deepEqual(await openKeys(cluster), openBefore, 'the key is back')
    t.true(
      (await rowsOf(cluster, NAMESPACE)).every(({ sealed }) => sealed !== null),
      'and so is the memory',
    )

    // Nobody folds yet: what this process answers is what the backup says.
    const query = await cluster.start('query')
    await gone(query)
    t.deepEqual(await recalled(query), [OTHER])
    const third = await cluster.start('all')
    for (const server of [third, query]) {
      await eventually(async () => assert.deepEqual(await recalled(server, { after: 'latest' }), [OTHER]))
      await gone(server)
    }
    t.is((await rowsOf(cluster, NAMESPACE)).filter(({ sealed }) => sealed === null).length, 1)
    t.is((await openKeys(cluster)).length, openBefore.length - 1)
    const receipt = await get(`${query.url}/receipts/${erasure.body.receipt_id}`)
    t.is(receipt.status, 200, 'the erasure is known again')
  })
}
