import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import type { CommandCodec } from '../../schemas/command-codec.ts'
import { BRIEF_RETRY, createKafka } from './kafka-client.ts'
import { createKafkaLogReader } from './kafka-log-reader.ts'
import type { KafkaSettings } from './kafka-settings.ts'
import { COMMANDS_TOPIC, type TopicDefinition, type TopicOptions, topicCatalogue } from './topic-catalogue.ts'
import { TopicCluster } from './topic-cluster.ts'
import { type MakeGenesis, writeGenesis } from './write-genesis.ts'

const GENERATION_BYTES = 8
const CREATE_TIMEOUT_MS = 15_000
const TRY_TIMEOUT_MS = 5_000
const LOOK_AGAIN_MS = 50

export interface CreatedTopics {
  /** Names of the topics that were not there before. */
  readonly created: readonly string[]
  /** The generation of the log, made now or found. */
  readonly generation: string
}

/**
 * Makes the topics of the catalogue that are missing, and opens the log with its Genesis records. What is there already is
 * left as it is, whatever it is: `checkTopics` tells how it differs. May run again after any failure, and by several at once.
 */
export async function createTopics(
  settings: KafkaSettings,
  options: TopicOptions & { readonly codec: CommandCodec },
  makeGenesis: MakeGenesis,
): Promise<CreatedTopics> {
  const created = await createMissingTopics(settings, options)
  const topic = `${options.prefix ?? ''}${COMMANDS_TOPIC}`
  const cluster = new TopicCluster(settings, topic, TRY_TIMEOUT_MS)
  const reader = createKafkaLogReader(settings, { topic })
  try {
    const newGeneration = randomBytes(GENERATION_BYTES).toString('hex')
    const generation = await writeGenesis({ cluster, reader, codec: options.codec }, newGeneration, makeGenesis)
    return { created, generation }
  } finally {
    await Promise.all([cluster.close(), reader.close()])
  }
}

/** Makes the topics of the catalogue that are missing, with nothing in them, and returns their names. */
export async function createMissingTopics(settings: KafkaSettings, options: TopicOptions): Promise<readonly string[]> {
  const admin = createKafka(settings, BRIEF_RETRY).admin()
  await admin.connect()
  try {
    const existing = new Set(await admin.listTopics())
    const missing = topicCatalogue(options).filter(({ name }) => !existing.has(name))
    const created: string[] = []
    for (const { name, partitions, configs } of missing) {
      const configEntries = Object.entries(configs).map(([key, value]) => ({ name: key, value }))
      const topic = { topic: name, numPartitions: partitions, replicationFactor: options.replication, configEntries }
      // One by one: kafkajs answers for all of a call at once, and another process may have made some of them by now.
      // It does not wait for leaders: the broker that it asks may not know the topic yet, and kafkajs takes that for an error.
      if (await admin.createTopics({ topics: [topic], timeout: CREATE_TIMEOUT_MS, waitForLeaders: false }))
        created.push(name)
    }
    await untilKnown(admin, missing)
    return created
  } finally {
    await admin.disconnect()
  }
}

/**
 * The controller answers as soon as a topic is decided; a broker learns of it after that, one change at a time. Whoever asks
 * for it in between is told that it does not exist.
 */
async function untilKnown(admin: Admin, definitions: readonly TopicDefinition[]): Promise<void> {
  const deadline = performance.now() + CREATE_TIMEOUT_MS
  for (;;) {
    const unknown = await unknownTo(admin, definitions)
    if (unknown.length === 0) return
    if (performance.now() >= deadline) {
      throw new Error(`${unknown.join(', ')}: made, but not known to the brokers ${CREATE_TIMEOUT_MS} ms later`)
    }
    await pause(LOOK_AGAIN_MS)
  }
}

async function unknownTo(admin: Admin, definitions: readonly TopicDefinition[]): Promise<readonly string[]> {
  const listed = new Set(await admin.listTopics())
  const absent = definitions.filter(({ name }) => !listed.has(name))
  if (absent.length > 0 || definitions.length === 0) return absent.map(({ name }) => name)
  const { topics } = await admin.fetchTopicMetadata({ topics: definitions.map(({ name }) => name) })
  return topics.filter(({ partitions }) => partitions.some(({ leader }) => leader < 0)).map(({ name }) => name)
}
