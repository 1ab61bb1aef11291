import type { SignedAnchor } from '../../../domain/audit/anchor.ts'
import { EVENTS_PARTITIONS } from '../../../domain/audit/audit-topics.ts'
import { type AuditCodec, createAuditCodec } from '../../../schemas/audit-codec.ts'
import type { SchemaIds } from '../../../schemas/command-codec.ts'
import { createKafkaLogReader, type KafkaLogReader } from '../../kafka/kafka-log-reader.ts'
import { createKafkaLogWriter } from '../../kafka/kafka-log-writer.ts'
import type { KafkaSettings } from '../../kafka/kafka-settings.ts'
import { EVENTS_TOPIC, OPERATIONS_TOPIC } from '../../kafka/topic-catalogue.ts'
import { type AuditWriter, anchorRecord, assertAppended, auditWriter } from '../audit-writer.ts'

/** The two topics of the audit. Connections are opened when they are first needed. */
export interface KafkaAuditLog {
  readonly codec: AuditCodec
  readonly operationsTopic: string
  readonly operations: KafkaLogReader
  readonly events: KafkaLogReader
  readonly writer: AuditWriter
  publish(anchors: readonly SignedAnchor[]): Promise<void>
  /** All anchors that can be read, whoever signed them. */
  anchors(): Promise<readonly SignedAnchor[]>
  close(): Promise<void>
}

const PAGE = { records: 1_000, bytes: 1 << 20 }

export function createKafkaAuditLog(kafka: KafkaSettings, prefix: string, schemaIds: SchemaIds): KafkaAuditLog {
  const codec = createAuditCodec(schemaIds)
  const operationsTopic = `${prefix}${OPERATIONS_TOPIC}`
  const eventsTopic = `${prefix}${EVENTS_TOPIC}`
  // These topics have no Genesis, and so no generation.
  const toOperations = createKafkaLogWriter(kafka, { topic: operationsTopic, generations: [] })
  const toEvents = createKafkaLogWriter(kafka, { topic: eventsTopic, generations: [] })
  const operations = createKafkaLogReader(kafka, { topic: operationsTopic })
  const events = createKafkaLogReader(kafka, { topic: eventsTopic })
  const parts = [toOperations, toEvents, operations, events]
  return {
    codec,
    operationsTopic,
    operations,
    events,
    writer: auditWriter(toOperations, codec),
    publish: async (anchors) =>
      assertAppended(await toEvents.append(anchors.map((anchor) => anchorRecord(codec, anchor)))),
    async anchors() {
      const found: SignedAnchor[] = []
      for (let partition = 0; partition < EVENTS_PARTITIONS; partition++) {
        for (let next = await events.start(partition); ; ) {
          const page = await events.read(partition, next, PAGE)
          if (page.length === 0) break
          for (const { offset, value } of page) {
            const read = codec.decodeAnchor(value)
            if (read.ok) found.push(read.value)
            next = offset + 1
          }
        }
      }
      return found
    },
    async close() {
      await Promise.all(parts.map((part) => part.close()))
    },
  }
}
