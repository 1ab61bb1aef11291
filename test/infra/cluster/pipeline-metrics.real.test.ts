import assert from 'node:assert/strict'
import test from 'ava'
import { decodePosition } from '../../../domain/position.ts'
import { openClusterDeadLetters } from '../../../infra/cluster/dead-letters/cluster-dead-letters.ts'
import { readConfiguration } from '../../../infra/config/configuration.ts'
import { testCluster } from '../../support/cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { post } from '../../support/http-client.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { runVerb } from '../cli/run-verb.ts'
import { appendFromOutside, foldFromOutside, PARTITION } from './from-outside.ts'

const UNFOLDED = 3
/** As every process calls them. */
const BOTH = ['long-term-1', 'working-memory-1']
const DEAD_LETTERS = 'somabrain_dead_letters_total{projection="long-term-1"}'
const REFUSED = 'somabrain_projection_refused_moves_total{projection="long-term-1",outcome="already-applied"}'

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`what the pipeline of a cluster shows: ${missing}`, () => undefined)
} else {
  test('a projector that is stuck is seen by every other process, and one that folds shows all that it does', async (t) => {
    t.timeout(120_000)
    const cluster = await testCluster(temporaryFolder(t))
    t.teardown(() => cluster.remove())
    const [commands, projector] = await Promise.all([cluster.start('commands'), cluster.start('projector')])
    const remember = async (content: string) => {
      const { status, body } = await post(`${commands.url}/remember`, { content }, { prefer: 'wait=1' })
      assert.ok(status === 201 || status === 202, `${status} ${JSON.stringify(body)}`)
      return { status, ...decodePosition(String(body.position))! }
    }
    const { partition } = await eventually(async () => {
      const remembered = await remember('the first fold takes until the group is joined')
      assert.equal(remembered.status, 201)
      return remembered
    })
    const here = `partition="${partition}"`
    await eventually(async () => {
      const metrics = await metricsOf(commands.url)
      for (const projection of BOTH) {
        assert.equal(metrics.get(`somabrain_consumer_lag{projection="${projection}",${here}}`), 0, projection)
      }
    })

    projector.child.kill('SIGSTOP')
    const begun = Date.now()
    let last = 0
    for (let i = 0; i < UNFOLDED; i += 1) ({ offset: last } = await remember(`what nobody folds ${i}`))
    const stuck = await metricsOf(commands.url)
    t.is(stuck.get(`somabrain_log_head_offset{${here}}`), last)
    for (const projection of BOTH) {
      const series = `projection="${projection}",${here}`
      const atLast = (metrics: ReadonlyMap<string, number>) => {
        assert.equal(metrics.get(`somabrain_projection_offset{${series}}`), last - UNFOLDED, projection)
        assert.equal(metrics.get(`somabrain_consumer_lag{${series}}`), UNFOLDED, projection)
        return metrics.get(`somabrain_consumer_lag_seconds{${series}}`)!
      }
      // Redis is looked at now and then.
      const age = await eventually(async () => atLast(await metricsOf(commands.url)))
      t.true(age < (Date.now() - begun) / 1000, 'no older than the records')
      await eventually(async () => assert.ok(atLast(await metricsOf(commands.url)) > age, 'the lag grows older'))
    }

    projector.child.kill('SIGCONT')
    await eventually(async () => {
      for (const process of [commands, projector]) {
        const metrics = await metricsOf(process.url)
        for (const projection of BOTH) {
          assert.equal(metrics.get(`somabrain_projection_offset{projection="${projection}",${here}}`), last, projection)
          assert.equal(metrics.get(`somabrain_consumer_lag_seconds{projection="${projection}",${here}}`), 0, projection)
        }
      }
    })
    const folding = await metricsOf(projector.url)
    for (const name of ['batch_records', 'fold_seconds', 'commit_seconds']) {
      t.true(folding.get(`somabrain_projection_${name}_count{projection="long-term-1"}`)! > 0, name)
    }
    t.is(folding.get('somabrain_projection_halted_partitions{projection="long-term-1"}'), 0)
    t.is(folding.get(DEAD_LETTERS), 0)
    t.is(partition, PARTITION)
    const configuration = readConfiguration(cluster.environment).cluster!
    await appendFromOutside(configuration, Buffer.from('no record'))
    await eventually(async () => assert.equal((await metricsOf(projector.url)).get(DEAD_LETTERS), 1))

    // A process that was frozen offers what another one has folded meanwhile. One that was frozen for longer than its session
    // comes back into the group first, and finds it folded.
    const desk = await openClusterDeadLetters(configuration, Date.now)
    t.teardown(() => desk.close())
    await eventually(async () => {
      const refused = (await metricsOf(projector.url)).get(REFUSED) ?? 0
      projector.child.kill('SIGSTOP')
      try {
        ;({ offset: last } = await remember('what a frozen process has not folded'))
        await foldFromOutside(configuration, desk.codec)
      } finally {
        projector.child.kill('SIGCONT')
      }
      await eventually(async () => {
        const woken = await metricsOf(projector.url)
        assert.equal(woken.get(`somabrain_projection_offset{projection="long-term-1",${here}}`), last)
      })
      assert.equal((await metricsOf(projector.url)).get(REFUSED), refused + 1)
    })
    t.is((await metricsOf(projector.url)).get(DEAD_LETTERS), 1, 'each is counted once')

    const { code, printed } = await runVerb(cluster.environment, 'rebuild', '--projection', 'long-term')
    t.is(code, 0, printed)
    await eventually(async () => {
      const rebuilt = await metricsOf(projector.url)
      assert.equal(rebuilt.get('somabrain_rebuild_progress_ratio{build="2"}'), 1)
      assert.equal(rebuilt.get(`somabrain_projection_offset{projection="long-term-2",${here}}`), last)
    })
  })
}

/** Samples by their series; a line of comment is its own key. */
async function metricsOf(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return new Map(
    text.split('\n').map((line): [string, number] => {
      const at = line.startsWith('#') ? line.length : line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}
