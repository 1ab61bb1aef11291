import { BRIEF_RETRY, createKafka } from './kafka-client.ts'
import type { KafkaSettings } from './kafka-settings.ts'

/** Takes away what a partition holds before an offset, for good: it begins there from now on. */
export async function deleteRecords(
  kafka: KafkaSettings,
  topic: string,
  partition: number,
  before: number,
): Promise<void> {
  const admin = createKafka(kafka, BRIEF_RETRY).admin()
  await admin.connect()
  try {
    // kafkajs 2.2.4 looks for the leaders before it has heard of the topic; asking for its offsets lets it hear.
    await admin.fetchTopicOffsets(topic)
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] })
  } finally {
    await admin.disconnect()
  }
}
