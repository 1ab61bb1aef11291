import { randomBytes, randomUUID } from 'node:crypto'
import { genesisRecord } from '../../../commands/genesis-record.ts'
import { PARTITIONS } from '../../../domain/partition.ts'
import { createKafka } from '../../../infra/kafka/kafka-client.ts'
import { createKafkaLogReader, type KafkaLogReader } from '../../../infra/kafka/kafka-log-reader.ts'
import type { KafkaSettings } from '../../../infra/kafka/kafka-settings.ts'
import { TopicCluster } from '../../../infra/kafka/topic-cluster.ts'
import { writeGenesis } from '../../../infra/kafka/write-genesis.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'

/** A broker that many tests make topics on at once takes a while to lead them. */
const BUSY_BROKER_MS = 60_000

export interface TemporaryLog {
  readonly topic: string
  readonly generations: readonly string[]
  readonly reader: KafkaLogReader
  remove(): Promise<void>
}

/** A log of its own on the real Kafka: twelve partitions, each with its Genesis. */
export async function temporaryLog(settings: KafkaSettings): Promise<TemporaryLog> {
  const topic = `test-${randomUUID()}`
  const codec = createCommandCodec()
  const admin = createKafka(settings).admin()
  await admin.connect()
  await admin.createTopics({
    waitForLeaders: false,
    topics: [
      {
        topic,
        numPartitions: PARTITIONS,
        replicationFactor: 1,
        // Its records are as old as the test says, and a broker that looks for old ones does so every five minutes.
        configEntries: [
          { name: 'max.message.bytes', value: String(4 << 20) },
          { name: 'retention.ms', value: '-1' },
        ],
      },
    ],
  })
  const cluster = new TopicCluster(settings, topic, 5_000)
  const reader = createKafkaLogReader(settings, { topic, readTimeoutMs: BUSY_BROKER_MS })
  const generation = await writeGenesis({ cluster, reader, codec }, randomBytes(8).toString('hex'), (partition, own) =>
    genesisRecord(createCommandCodec(), partition, own, 1_760_000_000_000),
  )
  await cluster.close()
  return {
    topic,
    generations: Array.from({ length: PARTITIONS }, () => generation),
    reader,
    async remove() {
      await reader.close()
      await admin.deleteTopics({ topics: [topic] })
      await admin.disconnect()
    },
  }
}
