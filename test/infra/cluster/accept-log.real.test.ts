import assert from 'node:assert/strict'
import test from 'ava'
import { EVENTS_PARTITIONS, OPERATIONS_PARTITIONS } from '../../../domain/audit/audit-topics.ts'
import { COMMANDS_TOPIC, EVENTS_TOPIC, OPERATIONS_TOPIC } from '../../../infra/kafka/topic-catalogue.ts'
import { testCluster } from '../../support/cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { type Answer, get, post } from '../../support/http-client.ts'
import { storedMemories } from '../../support/invariants.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { runVerb } from '../cli/run-verb.ts'
import { copyOfLog, restoreLog } from './older-log.ts'

const KEPT = 20
const LOST = 7

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`an older log that is accepted: ${missing}`, () => undefined)
} else {
  test('an older log that is accepted is the truth afterwards: what it lacks is gone, and writing goes on', async (t) => {
    t.timeout(240_000)
    const cluster = await testCluster(temporaryFolder(t))
    t.teardown(() => cluster.remove())
    const topic = `${cluster.prefix}${COMMANDS_TOPIC}`
    const rebuild = (...argv: string[]) => runVerb(cluster.environment, 'rebuild', ...argv)

    const first = await cluster.start('all')
    const remember = (url: string, content: string): Promise<Answer> =>
      post(`${url}/remember`, { content }, { prefer: 'wait=20' })
    for (let i = 0; i < KEPT; i += 1) t.is((await remember(first.url, `kept ${i}`)).status, 201)
    const nothing = await rebuild('--accept-log', '--yes')
    t.is(nothing.code, 0)
    t.regex(nothing.printed, /nothing to accept/)
    const copy = await copyOfLog(topic)
    let lost: Answer | null = null
    for (let i = 0; i < LOST; i += 1) lost = await remember(first.url, `lost ${i}`)
    t.is(lost!.status, 201)
    await get(`${first.url}/working-memory`)
    await first.stop()

    await restoreLog(topic, copy)
    const second = await cluster.start('all')
    t.is((await remember(second.url, 'refused')).status, 503, 'not one write is taken')
    await eventually(async () => assert.equal((await get(`${second.url}/health`)).status, 503))

    const asked = await rebuild('--accept-log')
    t.is(asked.code, 1, 'nobody said yes')
    t.regex(asked.printed, /partition \d+: .*the log was cut or exchanged/)
    const accepted = await rebuild('--accept-log', '--drop-old', '--yes')
    t.is(accepted.code, 0, accepted.printed)
    t.regex(accepted.printed, /accepted {2}readers follow build 2/)
    t.regex(accepted.printed, /dropped {2}build 1/)
    await second.stop()

    const third = await cluster.start('all')
    const anew = await eventually(async () => {
      const answer = await remember(third.url, 'written after the loss')
      assert.equal(answer.status, 201, JSON.stringify(answer.body))
      return answer
    })
    const contents = [...(await storedMemories(third.url, 'default')).values()].flat()
    t.is(contents.length, KEPT + 1)
    t.false(contents.some((content) => content.startsWith('lost')))
    const recalled = (after: unknown): Promise<Answer> =>
      post(`${third.url}/recall`, { query: 'what was written after the loss', after })
    t.is((await recalled(anew.body.position)).status, 200)
    const refused = await recalled(lost!.body.position)
    t.is(refused.status, 400, 'its offset may be another record’s by now')
    t.is(refused.body.code, 'invalid_position')
    const items = (await get(`${third.url}/working-memory`)).body.items as Array<{ content: string }>
    t.true(items.some(({ content }) => content === 'written after the loss'))
    t.false(items.some(({ content }) => content.startsWith('lost')))
    await eventually(async () => {
      const health = await get(`${third.url}/health`)
      assert.equal(health.status, 200, JSON.stringify(health.body))
    })
  })
  test('operations that an older copy lacks are accepted by themselves, and the audit goes on', async (t) => {
    t.timeout(240_000)
    const cluster = await testCluster(temporaryFolder(t))
    t.teardown(() => cluster.remove())
    const topic = `${cluster.prefix}${OPERATIONS_TOPIC}`
    const chained = async (url: string): Promise<number> => {
      const text = await (await fetch(`${url}/metrics`)).text()
      const found = /^somabrain_audit_chained_records_total\{topic="audit\.operations"\} (\d+)$/m.exec(text)
      return Number(found?.[1] ?? 0)
    }
    const recall = async (url: string, times: number): Promise<void> => {
      const before = await chained(url)
      for (let i = 0; i < times; i += 1) await post(`${url}/recall`, { query: `question ${i}` })
      await eventually(async () => assert.ok((await chained(url)) >= before + times))
    }
    const first = await cluster.start('all')
    await recall(first.url, 3)
    const copy = await copyOfLog(topic, OPERATIONS_PARTITIONS)
    await recall(first.url, 4)
    await first.stop()
    await restoreLog(topic, copy)

    const asked = await runVerb(cluster.environment, 'rebuild', '--accept-log')
    t.is(asked.code, 1, 'nobody said yes')
    t.regex(asked.printed, /audit\.operations\/\d: .*the log was cut or exchanged/)
    const accepted = await runVerb(cluster.environment, 'rebuild', '--accept-log', '--yes')
    t.is(accepted.code, 0, accepted.printed)
    t.regex(accepted.printed, /accepted {2}the audit of these is chained/)
    const second = await cluster.start('all')
    await recall(second.url, 5)
    const broken = /^somabrain_audit_breaks_total [1-9]/m
    t.notRegex(await (await fetch(`${second.url}/metrics`)).text(), broken)
    t.regex((await runVerb(cluster.environment, 'rebuild', '--accept-log', '--yes')).printed, /nothing to accept/)
  })
  test('operations that were trimmed and are back with an older copy are accepted, and the audit is sound', async (t) => {
    t.timeout(240_000)
    const dataDir = temporaryFolder(t)
    const cluster = await testCluster(dataDir)
    t.teardown(() => cluster.remove())
    const environment = { ...cluster.environment, SOMABRAIN_DATA_DIR: dataDir }
    const topics = [
      [`${cluster.prefix}${OPERATIONS_TOPIC}`, OPERATIONS_PARTITIONS],
      [`${cluster.prefix}${EVENTS_TOPIC}`, EVENTS_PARTITIONS],
    ] as const
    // Each leaves an anchor when it stops, and what the last one speaks of is never trimmed.
    for (let process = 0; process < 2; process += 1) {
      const server = await cluster.start('all')
      for (let i = 0; i < 5; i += 1) await post(`${server.url}/recall`, { query: `question ${i}` })
      await server.stop()
    }
    const copies = await Promise.all(topics.map(([topic, partitions]) => copyOfLog(topic, partitions)))
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
    const trimmed = await runVerb(environment, 'audit', 'trim', '--before', tomorrow, '--yes')
    t.regex(trimmed.printed, /trimmed up to offset/, trimmed.printed)
    for (const [i, [topic]] of topics.entries()) await restoreLog(topic, copies[i]!)

    t.is((await runVerb(environment, 'audit', 'replay')).code, 1, 'the table lacks what the log has')
    const accepted = await runVerb(environment, 'rebuild', '--accept-log', '--yes')
    t.is(accepted.code, 0, accepted.printed)
    t.regex(accepted.printed, /audit\.operations\/\d: the table begins at offset \d+, and the log at 0/)
    const second = await cluster.start('all')
    await eventually(async () => {
      const { code, printed } = await runVerb(environment, 'audit', 'replay')
      assert.equal(code, 0, printed)
    })
    await second.stop()
  })
}
