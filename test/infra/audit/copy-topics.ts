import { EVENTS_PARTITIONS, OPERATIONS_PARTITIONS } from '../../../domain/audit/audit-topics.ts'
import { PARTITIONS } from '../../../domain/partition.ts'
import { createKafkaLogReader } from '../../../infra/kafka/kafka-log-reader.ts'
import type { LogRecord } from '../../../projections/ports/log-reader.ts'
import { eventually } from '../../support/eventually.ts'
import { quietKafka } from '../../support/quiet-kafka.ts'
import { realParts } from '../../support/real-parts.ts'
import { realKafka } from '../kafka/kafka-settings.ts'

export type TopicCopy = LogRecord

const PARTITIONS_OF = {
  'memory.commands': PARTITIONS,
  'audit.operations': OPERATIONS_PARTITIONS,
  'audit.events': EVENTS_PARTITIONS,
}

export type CopiedTopic = keyof typeof PARTITIONS_OF

export interface CopiedPartition {
  readonly topic: CopiedTopic
  readonly partition: number
}

/**
 * Copies the audited topics and the anchors under another prefix, as whoever could write a broker's files would: records of
 * a topic cannot be changed in place. `change` gets the records of the partition of each topic that has the most.
 */
export async function copyTopics(copy: {
  readonly from: string
  readonly to: string
  readonly change: (records: TopicCopy[], place: CopiedPartition) => void
}): Promise<void> {
  const brokers = [new URL(realParts.kafka).host]
  const kafka = quietKafka(brokers)
  const admin = kafka.admin()
  // Idempotent: a send that is tried again must not put a record into the copy twice.
  const producer = kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 })
  await Promise.all([admin.connect(), producer.connect()])
  try {
    const topics = Object.entries(PARTITIONS_OF).map(([topic, numPartitions]) => ({
      topic: `${copy.to}${topic}`,
      numPartitions,
      replicationFactor: 1,
    }))
    // Where it waits for the leaders itself, kafkajs takes a topic that a busy broker has not heard of yet for an error.
    await admin.createTopics({ topics, waitForLeaders: false })
    await eventually(() => Promise.all(topics.map(({ topic }) => admin.fetchTopicOffsets(topic))))
    for (const topic of Object.keys(PARTITIONS_OF) as CopiedTopic[]) {
      const partitions = await recordsOf(`${copy.from}${topic}`, PARTITIONS_OF[topic])
      const fullest = partitions.toSorted((a, b) => b.length - a.length)[0]!
      copy.change(fullest, { topic, partition: partitions.indexOf(fullest) })
      const messages = partitions.flatMap((records, partition) =>
        records.map(({ key, value, headers, timestamp }) => ({
          key: Buffer.from(key),
          value: Buffer.from(value),
          headers: { ...headers },
          timestamp: String(timestamp),
          partition,
        })),
      )
      if (messages.length > 0) await producer.send({ topic: `${copy.to}${topic}`, messages })
    }
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }
}

async function recordsOf(topic: string, partitions: number): Promise<TopicCopy[][]> {
  const reader = createKafkaLogReader(realKafka(), { topic })
  try {
    return await Promise.all(
      Array.from({ length: partitions }, async (_, partition) => [
        ...(await reader.read(partition, 0, { records: 10_000, bytes: 1 << 24 })),
      ]),
    )
  } finally {
    await reader.close()
  }
}
