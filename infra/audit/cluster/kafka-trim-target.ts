import type { Pool } from 'pg'
import type { TrimTarget } from '../../../projections/audit/trim-audit.ts'
import { BRIEF_RETRY, createKafka } from '../../kafka/kafka-client.ts'
import type { KafkaSettings } from '../../kafka/kafka-settings.ts'
import { createPostgresAuditStore } from '../../postgres/audit/postgres-audit-store.ts'
import type { KafkaAuditLog } from './kafka-audit-log.ts'

/** kafkajs 2.2.4 asks a broker that is not the partition's leader first, and reads the right one from its refusal. */
const TRIES = 3

/** Trims `audit.operations` in Kafka and its rows in Postgres. */
export const kafkaTrimTarget = (kafka: KafkaSettings, log: KafkaAuditLog, pool: Pool): TrimTarget => ({
  end: ({ partition }) => log.operations.end(partition),
  publish: (anchors) => log.publish(anchors),
  async remove(chain, offset) {
    await deleteRecords(kafka, log.operationsTopic, chain.partition, offset + 1)
    await createPostgresAuditStore(pool).trim(chain, offset)
  },
})

async function deleteRecords(kafka: KafkaSettings, topic: string, partition: number, before: number): Promise<void> {
  const admin = createKafka(kafka, BRIEF_RETRY).admin()
  await admin.connect()
  try {
    for (let tried = 1; ; tried++) {
      try {
        await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] })
        return
      } catch (error) {
        if (tried === TRIES) throw error
      }
    }
  } finally {
    await admin.disconnect()
  }
}
