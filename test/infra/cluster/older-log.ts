import { PARTITIONS } from '../../../domain/partition.ts'
import { createKafka } from '../../../infra/kafka/kafka-client.ts'
import { createKafkaLogReader } from '../../../infra/kafka/kafka-log-reader.ts'
import { createKafkaLogWriter } from '../../../infra/kafka/kafka-log-writer.ts'
import type { LogRecord } from '../../../projections/ports/log-reader.ts'
import { eventually } from '../../support/eventually.ts'
import { realKafka } from '../kafka/kafka-settings.ts'

const ALL = { records: 10_000, bytes: 64 << 20 }

/** All records of a topic, by partition, at their own offsets. */
export async function copyOfLog(topic: string, partitions = PARTITIONS): Promise<ReadonlyArray<readonly LogRecord[]>> {
  const reader = createKafkaLogReader(realKafka(), { topic })
  try {
    return await Promise.all(
      Array.from({ length: partitions }, async (_, partition) => {
        const records: LogRecord[] = []
        for (const end = await reader.end(partition); records.length < end; ) {
          records.push(...(await reader.read(partition, records.length, ALL)))
        }
        return records
      }),
    )
  } finally {
    await reader.close()
  }
}

/** Exchanges a topic for a copy of it: the same records at the same offsets, and none of those that came later. */
export async function restoreLog(
  topic: string,
  copy: ReadonlyArray<readonly LogRecord[]>,
  configs: Readonly<Record<string, string>> = { 'max.message.bytes': String(4 << 20) },
): Promise<void> {
  const admin = createKafka(realKafka()).admin()
  await admin.connect()
  try {
    await admin.deleteTopics({ topics: [topic] })
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }))
    const anew = { topic, numPartitions: copy.length, replicationFactor: 1, configEntries }
    // A topic is deleted a while after the broker says so; one that is there and empty was made by a try that failed later.
    await eventually(async () => {
      if (await admin.createTopics({ topics: [anew] })) return
      const ends = await admin.fetchTopicOffsets(topic)
      if (ends.some(({ high }) => high !== '0')) throw new Error('the deleted topic is still there')
    })
  } finally {
    await admin.disconnect()
  }
  const writer = createKafkaLogWriter(realKafka(), { topic, generations: [] })
  try {
    for (const records of copy) {
      const results = await writer.append(records)
      for (const result of results) if (result.status !== 'appended') throw result.cause
    }
  } finally {
    await writer.close()
  }
}
