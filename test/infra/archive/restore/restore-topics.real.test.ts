import { randomUUID } from 'node:crypto'
import test, { type ExecutionContext } from 'ava'
import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs'
import { restoreTopics } from '../../../../infra/archive/restore/restore-topics.ts'
import { createKafka } from '../../../../infra/kafka/kafka-client.ts'
import { createKafkaLogReader } from '../../../../infra/kafka/kafka-log-reader.ts'
import { COMMANDS_TOPIC, KEYS_TOPIC, OPERATIONS_TOPIC } from '../../../../infra/kafka/topic-catalogue.ts'
import { createMissingTopics } from '../../../../infra/kafka/topics.ts'
import { createCommandCodec } from '../../../../schemas/command-codec.ts'
import { missingParts } from '../../../support/real-parts.ts'
import { temporaryFolder } from '../../../support/temp-folder.ts'
import { realKafka } from '../../kafka/kafka-settings.ts'
import { manifestOf, openArchive } from '../archive-folder.ts'
import { InMemoryCluster } from '../in-memory-cluster.ts'

const SETTLE_MS = 90_000
const missing = await missingParts('kafka')
const inKafka = missing === null ? test : test.skip
if (missing !== null) test.skip(`topics are looked at before records are put into them: ${missing}`, () => {})

/** A prefix of the test's own, whose topics are removed behind it. */
async function ownTopics(t: ExecutionContext): Promise<{ readonly admin: Admin; readonly prefix: string }> {
  t.timeout(SETTLE_MS)
  const admin = createKafka(realKafka()).admin()
  await admin.connect()
  const prefix = `test-${randomUUID()}-`
  t.teardown(async () => {
    const all = await admin.listTopics()
    await admin.deleteTopics({ topics: all.filter((name) => name.startsWith(prefix)) })
    await admin.disconnect()
  })
  return { admin, prefix }
}

/** Restores an archive of three commands. */
async function restore(t: ExecutionContext, prefix: string): Promise<void> {
  const folder = temporaryFolder(t)
  const log = new InMemoryCluster()
  log.append(COMMANDS_TOPIC, 4, 3)
  await openArchive(folder, log).round()
  await restoreTopics({
    ...{ folder, manifest: manifestOf(folder), settings: realKafka(), codec: createCommandCodec() },
    ...{ topics: { prefix, replication: 1, minInsync: 1 }, progress: () => {} },
  })
}

/** End of the partition that {@link restore} fills. */
async function endOf(prefix: string): Promise<number> {
  const reader = createKafkaLogReader(realKafka(), { topic: `${prefix}${COMMANDS_TOPIC}` })
  try {
    return await reader.end(4)
  } finally {
    await reader.close()
  }
}

const different: Readonly<Record<string, readonly [topic: Partial<ITopicConfig>, name: string, refusal: RegExp]>> = {
  'takes records away after a week': [
    { numPartitions: 12, configEntries: [{ name: 'retention.ms', value: '604800000' }] },
    COMMANDS_TOPIC,
    /memory\.commands .*"name":"retention\.ms","expected":"-1","found":"604800000"/,
  ],
  'takes records away by their size': [
    { numPartitions: 6, configEntries: [{ name: 'retention.bytes', value: '1000000' }] },
    OPERATIONS_TOPIC,
    /audit\.operations .*"name":"retention\.bytes"/,
  ],
  'keeps the last record of each key': [
    { numPartitions: 12, configEntries: [{ name: 'cleanup.policy', value: 'compact' }] },
    COMMANDS_TOPIC,
    /memory\.commands .*"name":"cleanup\.policy","expected":"delete","found":"compact"/,
  ],
  'has times of its own': [
    { numPartitions: 12, configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }] },
    COMMANDS_TOPIC,
    /memory\.commands .*"name":"message\.timestamp\.type"/,
  ],
  'deletes data keys': [
    { numPartitions: 1, configEntries: [{ name: 'cleanup.policy', value: 'delete' }] },
    KEYS_TOPIC,
    /memory\.keys .*"name":"cleanup\.policy","expected":"compact","found":"delete"/,
  ],
  'has fewer partitions': [{ numPartitions: 3 }, COMMANDS_TOPIC, /memory\.commands .*"expected":12,"found":3/],
}
for (const [what, [topic, name, refusal]] of Object.entries(different)) {
  inKafka(`nothing is restored into a topic that ${what}`, async (t) => {
    const { admin, prefix } = await ownTopics(t)
    // Kafkajs takes a broker that does not know the topic yet for an error.
    await admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic: `${prefix}${name}`, replicationFactor: 1, ...topic }],
    })
    const error = await t.throwsAsync(restore(t, prefix), { name: 'ArchiveError' })
    t.regex(error.message, refusal)
    if (name !== COMMANDS_TOPIC) t.is(await endOf(prefix), 0)
  })
}

inKafka('a difference that takes no record away is no reason to refuse', async (t) => {
  const { admin, prefix } = await ownTopics(t)
  await createMissingTopics(realKafka(), { prefix, replication: 1, minInsync: 1 })
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: `${prefix}${COMMANDS_TOPIC}`,
        configEntries: [
          { name: 'retention.ms', value: '-1' },
          { name: 'segment.bytes', value: '104857600' },
        ],
      },
    ],
  })
  await restore(t, prefix)
  t.is(await endOf(prefix), 3)
})
