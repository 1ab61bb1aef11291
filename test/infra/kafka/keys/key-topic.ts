import { randomBytes } from 'node:crypto'
import type { Admin, ITopicConfig } from 'kafkajs'
import { createKafka } from '../../../../infra/kafka/kafka-client.ts'
import { openKafkaKeyStore } from '../../../../infra/kafka/keys/kafka-key-store.ts'
import type { KeyLogOptions } from '../../../../infra/kafka/keys/open-key-log.ts'
import { realKafka } from '../kafka-settings.ts'

export const newTopicName = (): string => `test-${randomBytes(6).toString('hex')}.memory.keys`

async function withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = createKafka(realKafka()).admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

/** A topic as `memory.keys` is; `configEntries` are added to it. */
export async function createKeyTopic(topic: string, configEntries: ITopicConfig['configEntries'] = []): Promise<void> {
  const compact = { name: 'cleanup.policy', value: 'compact' }
  const layout = { topic, numPartitions: 1, replicationFactor: 1, configEntries: [compact, ...configEntries] }
  await withAdmin((admin) => admin.createTopics({ topics: [layout], waitForLeaders: false }))
}

export const deleteTopics = (topics: readonly string[]): Promise<void> =>
  withAdmin((admin) => admin.deleteTopics({ topics: [...topics] }))

export const openStore = (topic: string, options: Partial<KeyLogOptions> = {}) =>
  openKafkaKeyStore({ settings: realKafka(), topic, ...options })
