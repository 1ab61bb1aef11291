import type { Pool } from 'pg'
import type { TrimTarget } from '../../../projections/audit/trim-audit.ts'
import { deleteRecords } from '../../kafka/delete-records.ts'
import type { KafkaSettings } from '../../kafka/kafka-settings.ts'
import { createPostgresAuditStore } from '../../postgres/audit/postgres-audit-store.ts'
import type { KafkaAuditLog } from './kafka-audit-log.ts'

/** Trims `audit.operations` in Kafka and its rows in Postgres. */
export const kafkaTrimTarget = (kafka: KafkaSettings, log: KafkaAuditLog, pool: Pool): TrimTarget => ({
  end: ({ partition }) => log.operations.end(partition),
  publish: (anchors) => log.publish(anchors),
  async remove(chain, offset) {
    // Rows first: one before the log's beginning would look as if somebody had put it there, however long ago a trim was cut short.
    await createPostgresAuditStore(pool).trim(chain, offset)
    await deleteRecords(kafka, log.operationsTopic, chain.partition, offset + 1)
  },
})
