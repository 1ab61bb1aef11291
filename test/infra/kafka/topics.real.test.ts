import { randomUUID } from 'node:crypto'
import test from 'ava'
import { genesisRecord } from '../../../commands/genesis-record.ts'
import { PARTITIONS } from '../../../domain/partition.ts'
import { checkTopics } from '../../../infra/kafka/check-topics.ts'
import { deleteRecords } from '../../../infra/kafka/delete-records.ts'
import { createKafka } from '../../../infra/kafka/kafka-client.ts'
import { createKafkaLogReader } from '../../../infra/kafka/kafka-log-reader.ts'
import { createKafkaLogWriter } from '../../../infra/kafka/kafka-log-writer.ts'
import { readGenesis } from '../../../infra/kafka/read-genesis.ts'
import { topicCatalogue } from '../../../infra/kafka/topic-catalogue.ts'
import { createTopics } from '../../../infra/kafka/topics.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { newRecord } from '../../contract/log-adapter.ts'
import { missingParts } from '../../support/real-parts.ts'
import { realKafka } from './kafka-settings.ts'

const SETTLE_MS = 90_000
const codec = createCommandCodec()
const missing = await missingParts('kafka')
const inKafka = missing === null ? test.serial : test.skip
const prefix = `test-${randomUUID()}-`
const options = { prefix, replication: 1, minInsync: 1, codec }
const commands = `${prefix}memory.commands`
const create = () =>
  createTopics(realKafka(), options, (partition, generation) => genesisRecord(codec, partition, generation, 1_000))

if (missing !== null) test.skip(`topics are made and checked: ${missing}`, () => {})
test.after.always(async () => {
  if (missing === null) await remove(topicCatalogue(options).map(({ name }) => name))
})

async function remove(topics: string[]): Promise<void> {
  const admin = createKafka(realKafka()).admin()
  await admin.connect()
  const existing = new Set(await admin.listTopics())
  await admin.deleteTopics({ topics: topics.filter((topic) => existing.has(topic)) })
  await admin.disconnect()
}

inKafka('on a cluster without them, every topic is reported as missing', async (t) => {
  t.timeout(SETTLE_MS)
  const differences = await checkTopics(realKafka(), options)
  t.deepEqual(
    differences,
    topicCatalogue(options).map(({ name }) => ({ kind: 'missing', topic: name })),
  )
})

inKafka('several that make the topics at once agree on one generation, written once', async (t) => {
  t.timeout(SETTLE_MS)
  const made = await Promise.all([create(), create(), create()])
  t.is(new Set(made.map(({ generation }) => generation)).size, 1)
  t.deepEqual(
    made.flatMap(({ created }) => created).sort(),
    topicCatalogue(options)
      .map(({ name }) => name)
      .sort(),
  )
  const reader = createKafkaLogReader(realKafka(), { topic: commands })
  t.deepEqual(new Set(await readGenesis(reader, codec)), new Set([made[0]!.generation]))
  const ends = await Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => reader.end(partition)))
  t.deepEqual(
    ends,
    Array.from({ length: PARTITIONS }, () => 1),
  )
  await reader.close()
})

inKafka('making them again changes nothing, and nothing differs', async (t) => {
  t.timeout(SETTLE_MS)
  const again = await create()
  t.deepEqual(again.created, [])
  t.deepEqual(await checkTopics(realKafka(), options), [])
})

inKafka('what differs is reported, and left as it is', async (t) => {
  t.timeout(SETTLE_MS)
  const own = { ...options, prefix: `${prefix}other-` }
  const topics = topicCatalogue(own)
  const names = topics.map(({ name }) => name)
  const admin = createKafka(realKafka()).admin()
  await admin.connect()
  await admin.createTopics({
    waitForLeaders: false,
    topics: [
      { topic: names[0]!, numPartitions: PARTITIONS, replicationFactor: 1, configEntries: [] },
      { topic: names[2]!, numPartitions: 4, replicationFactor: 1, configEntries: [] },
    ],
  })
  const writer = createKafkaLogWriter(realKafka(), {
    topic: names[0]!,
    generations: [],
    appendTimeoutMs: 60_000,
    tryTimeoutMs: 10_000,
  })
  await writer.append([newRecord(5, 'no genesis')])
  await writer.close()
  const differences = await checkTopics(realKafka(), { ...own, replication: 3 })
  await admin.disconnect()
  await remove(names)

  const kindsOf = (topic: string) => [
    ...new Set(differences.filter((one) => one.topic === topic).map(({ kind }) => kind)),
  ]
  t.deepEqual(kindsOf(names[0]!).sort(), ['config', 'genesis', 'replication'])
  t.deepEqual(kindsOf(names[1]!), ['missing'])
  t.true(differences.some((one) => one.kind === 'partitions' && one.topic === names[2] && one.found === 4))
  t.true(differences.some((one) => one.kind === 'config' && one.name === 'retention.ms' && one.expected === '-1'))
  const problems = differences.flatMap((one) => (one.kind === 'genesis' ? [`${one.partition}: ${one.problem}`] : []))
  t.is(problems.length, PARTITIONS)
  t.true(problems.includes('0: it is empty'))
  t.regex(problems.find((problem) => problem.startsWith('5')) ?? '', /begins with bytes that are no known command/)
})

inKafka('a log with too few partitions, and one whose beginning was taken away, are reported as that', async (t) => {
  t.timeout(SETTLE_MS)
  const own = { ...options, prefix: `${prefix}cut-` }
  const topic = topicCatalogue(own)[0]!.name
  const admin = createKafka(realKafka()).admin()
  await admin.connect()
  await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: 2, replicationFactor: 1 }] })
  const writer = createKafkaLogWriter(realKafka(), { topic, generations: [], appendTimeoutMs: 60_000 })
  await writer.append([newRecord(1, 'first'), newRecord(1, 'second')])
  await writer.close()
  await deleteRecords(realKafka(), topic, 1, 1)
  const differences = await checkTopics(realKafka(), own)
  await admin.disconnect()
  await remove([topic])
  const found = differences.filter((one) => one.topic === topic && one.kind !== 'config')
  t.deepEqual(found, [
    { kind: 'partitions', topic, expected: PARTITIONS, found: 2 },
    { kind: 'genesis', topic, partition: 0, problem: 'it is empty' },
    {
      ...{ kind: 'genesis', topic, partition: 1 },
      problem: 'it begins with an offset behind 0: records were taken away',
    },
  ])
})
