import assert from 'node:assert/strict'
import test, { type ExecutionContext } from 'ava'
import { Pool } from 'pg'
import { readBuildOffsets } from '../../../infra/cluster/rebuild/build-offsets.ts'
import { openClusterAccess } from '../../../infra/cluster/rebuild/cluster-access.ts'
import { readHeads } from '../../../infra/cluster/rebuild/follow-build.ts'
import { readConfiguration } from '../../../infra/config/configuration.ts'
import { LONG_TERM } from '../../../infra/postgres/long-term/long-term-tables.ts'
import { hashState } from '../../../infra/postgres/long-term/state-hash.ts'
import { listBuilds } from '../../../infra/postgres/projection-builds.ts'
import { type TestCluster, testCluster } from '../../support/cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { get, post } from '../../support/http-client.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { runVerb } from '../cli/run-verb.ts'
import { startTraffic } from './rebuild-traffic.ts'

const NAMESPACES = ['port', 'yard', 'quay']

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`a rebuild of long-term memory in a cluster: ${missing}`, () => undefined)
} else {
  let cluster: TestCluster | null = null
  test.after.always(async () => {
    await cluster?.remove()
  })

  test('reads and writes go on while a build is made, made live, left, made live again, and the old one dropped', async (t) => {
    t.timeout(120_000)
    cluster = await testCluster(temporaryFolder(t))
    const whole = await cluster.start('all')
    const query = await cluster.start('query')
    for (const namespace of NAMESPACES) {
      const items = Array.from({ length: 200 }, (_, i) => ({ content: `ship ${i} lies in the harbour` }))
      t.is((await post(`${whole.url}/remember/batch`, { namespace, items })).status, 200)
    }
    const rebuild = (...argv: string[]) => runVerb(cluster!.environment, 'rebuild', ...argv)
    const traffic = startTraffic(whole.url, [whole.url, query.url], NAMESPACES)
    try {
      const first = await get(`${query.url}/memories?namespace=quay&limit=50`)
      const built = await rebuild('--projection', 'long-term', '--switch')
      t.is(built.code, 0, built.printed)
      t.regex(built.printed, /build 2 .*is new/)
      t.regex(built.printed, /\d of [\d,]+ records \(\d+ %\)/)
      t.regex(built.printed, /switched {2}readers follow build 2; build 1 folds on/)
      const cursor = String(first.body.next_cursor)
      const second = await get(`${query.url}/memories?namespace=quay&limit=50&cursor=${cursor}`)
      t.is(second.status, 200, 'a page goes on in the new build')
      t.deepEqual(overlap(first.body, second.body), [])

      t.is((await rebuild('--switch-to', '1')).code, 0)
      t.is((await rebuild('--switch-to', '2')).code, 0)
      await traffic.pauseWrites()
      await equalStates(t, cluster)
      traffic.resume()

      const dropped = await rebuild('--drop', '1')
      t.is(dropped.code, 0, dropped.printed)
      t.notRegex(dropped.printed, /still in the consumer group/)
      const written = traffic.writes()
      await eventually(() => assert(traffic.writes() > written + 20))
    } finally {
      await traffic.stop()
    }
    t.deepEqual(traffic.failures, [])
    t.true(traffic.reads() > 50)
    const listed = await rebuild('--list')
    t.is(listed.code, 0)
    t.regex(listed.printed, /long-term +2 +live/)
    t.regex(listed.printed, /working-memory +- +live/)
    t.notRegex(listed.printed, /long-term +1/)
    t.is((await rebuild('--drop', '2')).code, 1, 'a live build is not dropped')
    t.is((await rebuild('--switch-to', '9')).code, 1)
  })
}

function overlap(one: Record<string, unknown>, other: Record<string, unknown>): readonly string[] {
  const ids = (page: Record<string, unknown>) =>
    (page.items as Array<{ memory_id: string }>).map((item) => item.memory_id)
  const seen = new Set(ids(one))
  return ids(other).filter((id) => seen.has(id))
}

/** Waits until both builds have folded the whole log, and compares every row of one with the other's. */
async function equalStates(t: ExecutionContext, { environment }: TestCluster): Promise<void> {
  const access = openClusterAccess(readConfiguration(environment).cluster!)
  const pool = new Pool({ connectionString: environment.SOMABRAIN_POSTGRES_DSN!, options: '-c bytea_output=hex' })
  try {
    const heads = await readHeads(access.heads)
    const builds = await listBuilds(pool, LONG_TERM)
    t.deepEqual(
      builds.map(({ build, state }) => `${build} ${state}`),
      ['1 retired', '2 live'],
    )
    await eventually(async () => {
      for (const build of builds) assert.deepEqual(await readBuildOffsets(pool, build), heads)
    })
    const [one, two] = await Promise.all(builds.map((current) => hashState(pool, { current })))
    t.is(one, two)
  } finally {
    await pool.end()
    await access.close()
  }
}
