import assert from 'node:assert/strict'
import { userInfo } from 'node:os'
import test, { type ExecutionContext } from 'ava'
import { dropDeadLetters } from '../../../infra/cli/verbs/settle-dead-letters.ts'
import type { Terminal } from '../../../infra/cli/view/terminal.ts'
import {
  type ClusterDeadLetters,
  openClusterDeadLetters,
} from '../../../infra/cluster/dead-letters/cluster-dead-letters.ts'
import { openClusterAccess } from '../../../infra/cluster/rebuild/cluster-access.ts'
import type { ClusterConfiguration } from '../../../infra/config/cluster-configuration.ts'
import { readConfiguration } from '../../../infra/config/configuration.ts'
import { addressOf } from '../../../infra/postgres/dead-letters/dead-letter-columns.ts'
import { type TestCluster, testCluster } from '../../support/cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { post } from '../../support/http-client.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { runVerb } from '../cli/run-verb.ts'
import { appendFromOutside, foldFromOutside, PARTITION } from './from-outside.ts'

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`dead letters of a cluster: ${missing}`, () => undefined)
} else {
  const clusters: TestCluster[] = []
  test.after.always(async () => {
    for (const cluster of clusters) await cluster.remove()
  })

  test.serial('bytes that nobody can read are listed, shown, not retried, and dropped with a name', async (t) => {
    t.timeout(120_000)
    const cluster = await testCluster(temporaryFolder(t))
    clusters.push(cluster)
    await cluster.start('all')
    const letters = (...argv: string[]) => runVerb(cluster.environment, 'dead-letters', ...argv)
    await appendFromOutside(clusterOf(cluster), Buffer.from('\u001b[31mno record'))
    const listed = await eventually(async () => {
      const run = await letters('list')
      assert.match(run.printed, /1 open dead letters/)
      return run
    })
    const address = `${PARTITION}/1`
    t.true(listed.printed.startsWith(address))
    t.regex(listed.printed, /2020-09-13T12:26:40\.000Z +36 bytes +open +no Confluent frame/)

    const shown = await letters('show', address)
    t.is(shown.code, 0)
    t.regex(shown.printed, /this build cannot read it: no Confluent frame/)
    t.regex(shown.printed, /tenant default, namespace default/)
    t.regex(shown.printed, /header {5}sent-by: a stranger/)
    t.true(shown.printed.includes('00000000  1b 5b 33 31 6d 6e 6f 20 72 65 63 6f 72 64        |.[31mno record|'))
    t.false(shown.printed.includes('\u001b'))
    t.is((await letters('show', `${PARTITION}/0`)).code, 1)

    const retried = await letters('retry', address)
    t.is(retried.code, 1)
    t.regex(retried.printed, /cannot be read by this build either, so it was not appended/)

    const asked = await letters('drop', address)
    t.is(asked.code, 1)
    t.regex(asked.printed, /nothing was dropped/)
    t.regex((await letters('list')).printed, /1 open dead letters/)

    const dropped = await letters('drop', address, '--yes', '--by', 'mara')
    t.is(dropped.code, 0)
    t.regex((await letters('list')).printed, /^no open dead letters/)
    t.regex((await letters('list', '--all')).printed, /dropped by mara at \d{4}-/)
    t.is((await letters('drop', address, '--yes')).code, 1, 'it is dropped already')
    t.regex((await letters('show', address)).printed, /no record/, 'its bytes are still there')
    await askedInPerson(t, cluster)
    await isAudited(cluster, ['exit-1 retry', 'exit-1 drop', 'done drop', 'exit-1 drop'])
    t.deepEqual(
      await written(cluster),
      [1, 2].map((offset) => ({ partition: PARTITION, offset, action: 'dropped', operator: 'mara', appended: null })),
      'each drop is written down once, and nothing that was asked about and not done',
    )
  })

  test.serial(
    'what a release could not read is retried once by one that can, and a rebuild reads it at its own place',
    async (t) => {
      t.timeout(120_000)
      const cluster = await testCluster(temporaryFolder(t))
      clusters.push(cluster)
      const commands = await cluster.start('commands')
      const remembered = await post(`${commands.url}/remember`, { content: 'Ada keeps the spare key.' })
      t.is(remembered.status, 202)
      const desk = await openClusterDeadLetters(clusterOf(cluster), Date.now)
      await foldBlindly(clusterOf(cluster), desk).finally(() => desk.close())

      const letters = (...argv: string[]) => runVerb(cluster.environment, 'dead-letters', ...argv)
      const address = `${PARTITION}/1`
      t.regex((await letters('show', address)).printed, /this build reads a Remember:[\s\S]* principal /)
      const retried = await letters('retry', '--all', '--by', 'mara')
      t.is(retried.code, 0, retried.printed)
      t.regex(retried.printed, new RegExp(`retried {2}${address} as ${PARTITION}/2`))
      t.regex((await letters('list', '--all')).printed, new RegExp(`retried as ${PARTITION}/2 by mara`))
      t.is((await letters('retry', address)).code, 1, 'it was retried already')

      const whole = await cluster.start('all')
      const recall = async () => {
        const { body } = await post(`${whole.url}/recall`, { query: 'Who keeps the spare key?', after: 'latest' })
        return (body.results as Array<{ memory_id: string }>).map(({ memory_id }) => memory_id)
      }
      t.deepEqual(await recall(), [remembered.body.memory_id])

      const rebuilt = await runVerb(
        cluster.environment,
        'rebuild',
        '--projection',
        'long-term',
        '--switch',
        '--drop-old',
      )
      t.is(rebuilt.code, 0, rebuilt.printed)
      t.deepEqual(await recall(), [remembered.body.memory_id])
      t.regex((await letters('list', '--all')).printed, /^no dead letters/)
      await isAudited(cluster, ['done retry', 'exit-1 retry'])
      const appended = { partition: PARTITION, offset: 2 }
      t.deepEqual(
        await written(cluster),
        [{ partition: PARTITION, offset: 1, action: 'retried', operator: 'mara', appended }],
        'it is written down once, and outlives the build that the dead letter was of',
      )
    },
  )
}

/** Another one, and somebody who sits at the terminal. */
async function askedInPerson(t: ExecutionContext, cluster: TestCluster): Promise<void> {
  await appendFromOutside(clusterOf(cluster), Buffer.from('no record either'))
  const source = await openClusterDeadLetters(clusterOf(cluster), Date.now)
  const letter = { partition: PARTITION, offset: 2 }
  const questions: string[] = []
  const terminal: Terminal = { columns: 80, isTty: true, hasColour: false, write: () => {} }
  const drop = (answer: boolean) =>
    dropDeadLetters(
      { action: 'drop', letters: [letter], confirmed: false },
      {
        out: terminal,
        err: terminal,
        source,
        operator: 'mara',
        confirm: async (question) => {
          questions.push(question)
          return answer
        },
      },
    )
  try {
    await eventually(async () => assert.notEqual(await source.find(letter), null))
    t.is(await drop(false), 1)
    t.deepEqual((await source.find(letter))?.became, { state: 'open' })
    t.is(await drop(true), 0)
    t.like((await source.find(letter))?.became, { state: 'dropped', operator: 'mara' })
    t.deepEqual(questions, Array(2).fill(`Drop ${PARTITION}/2, as mara?`))
  } finally {
    await source.close()
  }
}

/** The audit has what was done to dead letters from a command line, in order, with what came of it and whose account did it. */
async function isAudited(cluster: TestCluster, acts: readonly string[]): Promise<void> {
  await eventually(async () => {
    const { code, printed } = await runVerb(cluster.environment, 'audit', 'list', '--unattributed', '--json')
    assert.equal(code, 0, printed)
    const entries = printed
      .split('\n')
      .filter((line) => line.includes('"dead-letters '))
      .map((line) => JSON.parse(line) as Record<string, string | null>)
    assert.deepEqual(
      entries.map(({ code, route }) => `${code ?? 'done'} ${route?.replace('dead-letters ', '')}`).reverse(),
      acts,
    )
    for (const { action, principal } of entries) {
      assert.deepEqual([action, principal], ['administration', `operator:${userInfo().username}`])
    }
  })
}

/** What is written down of what operators did, in order; that each has its time and the hash of its record is checked here. */
async function written(cluster: TestCluster) {
  const access = openClusterAccess(clusterOf(cluster))
  try {
    const { rows } = await access.pool.query<Record<'position' | 'action' | 'operator' | 'appended', string>>(
      `select position, action, operator, appended from somabrain.dead_letter_actions
       where length(record_hash) = 32 and acted_at between now() - interval '5 minutes' and now() order by id`,
    )
    return rows.map(({ position, action, operator, appended }) => ({
      ...addressOf(Number(position)),
      action,
      operator,
      appended: appended === null ? null : addressOf(Number(appended)),
    }))
  } finally {
    await access.close()
  }
}

const clusterOf = ({ environment }: TestCluster): ClusterConfiguration => readConfiguration(environment).cluster!

/** Folds the partition as a release with a bug: it takes every Remember for bytes that no schema can read. */
const foldBlindly = (cluster: ClusterConfiguration, { codec }: ClusterDeadLetters): Promise<void> =>
  foldFromOutside(cluster, {
    encode: (command) => codec.encode(command),
    decode(bytes) {
      const read = codec.decode(bytes)
      const isBlind = read.ok && read.value.type === 'Remember'
      return isBlind ? { ok: false, reason: 'undecodable', detail: 'a bug' } : read
    },
  })
