import { randomBytes } from 'node:crypto'
import { type ITopicConfig, Kafka, logLevel } from 'kafkajs'
import { openKafkaKeyStore } from '../../../../infra/kafka/keys/kafka-key-store.ts'
import type { KeyLogOptions } from '../../../../infra/kafka/keys/open-key-log.ts'
import { realParts } from '../../../support/real-parts.ts'

export const kafka = new Kafka({
  clientId: 'test-keys',
  brokers: [new URL(realParts.kafka).host],
  logLevel: logLevel.NOTHING,
})

export const newTopicName = (): string => `test-${randomBytes(6).toString('hex')}.memory.keys`

/** A topic as `memory.keys` is; `configEntries` are added to it. */
export async function createKeyTopic(topic: string, configEntries: ITopicConfig['configEntries'] = []): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  const compact = { name: 'cleanup.policy', value: 'compact' }
  await admin.createTopics({
    topics: [{ topic, numPartitions: 1, replicationFactor: 1, configEntries: [compact, ...configEntries] }],
  })
  await admin.disconnect()
}

export async function deleteTopics(topics: readonly string[]): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.deleteTopics({ topics: [...topics] })
  await admin.disconnect()
}

const endProcess = (error: Error): never => {
  throw error
}

export const openStore = (topic: string, options: Partial<KeyLogOptions> = {}) =>
  openKafkaKeyStore({ kafka, topic, onFailure: endProcess, ...options })
