import { EVENTS_PARTITIONS, OPERATIONS_PARTITIONS } from '../../../domain/audit/audit-topics.ts'
import { PARTITIONS } from '../../../domain/partition.ts'
import { createKafkaLogReader } from '../../../infra/kafka/kafka-log-reader.ts'
import type { LogRecord } from '../../../projections/ports/log-reader.ts'
import { quietKafka } from '../../support/quiet-kafka.ts'
import { realParts } from '../../support/real-parts.ts'
import { realKafka } from '../kafka/kafka-settings.ts'

export type TopicCopy = LogRecord

const PARTITIONS_OF = {
  'memory.commands': PARTITIONS,
  'audit.operations': OPERATIONS_PARTITIONS,
  'audit.events': EVENTS_PARTITIONS,
}

/**
 * Copies the audited topics and the anchors under another prefix, as whoever could write a broker's files would: records of
 * a topic cannot be changed in place. `change` gets the operations of the one partition that has any.
 */
export async function copyTopics(copy: {
  readonly from: string
  readonly to: string
  readonly change: (records: TopicCopy[]) => void
}): Promise<{ readonly topic: string; readonly partition: number }> {
  const brokers = [new URL(realParts.kafka).host]
  const kafka = quietKafka(brokers)
  const admin = kafka.admin()
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await Promise.all([admin.connect(), producer.connect()])
  let changed = -1
  try {
    const topics = Object.entries(PARTITIONS_OF).map(([topic, numPartitions]) => ({
      topic: `${copy.to}${topic}`,
      numPartitions,
      replicationFactor: 1,
    }))
    await admin.createTopics({ topics, waitForLeaders: true })
    for (const [topic, partitions] of Object.entries(PARTITIONS_OF)) {
      const reader = createKafkaLogReader(realKafka(), { topic: `${copy.from}${topic}` })
      for (let partition = 0; partition < partitions; partition++) {
        const records = [...(await reader.read(partition, 0, { records: 10_000, bytes: 1 << 24 }))]
        if (topic === 'audit.operations' && records.length > 3) {
          copy.change(records)
          changed = partition
        }
        const messages = records.map(({ key, value, headers, timestamp }) => ({
          key: Buffer.from(key),
          value: Buffer.from(value),
          headers: { ...headers },
          timestamp: String(timestamp),
          partition,
        }))
        if (messages.length > 0) await producer.send({ topic: `${copy.to}${topic}`, messages })
      }
      await reader.close()
    }
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }
  return { topic: 'audit.operations', partition: changed }
}
