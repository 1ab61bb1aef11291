import type { Logger } from 'pino'
import type { AuditEvidence } from '../../../projections/audit/ports/audit-evidence.ts'
import { type AuditCodec, createAuditCodec } from '../../../schemas/audit-codec.ts'
import { type CommandCodec, createCommandCodec } from '../../../schemas/command-codec.ts'
import type { ClusterConfiguration } from '../../config/cluster-configuration.ts'
import { createKafkaLogReader } from '../../kafka/kafka-log-reader.ts'
import { COMMANDS_TOPIC, EVENTS_TOPIC, OPERATIONS_TOPIC } from '../../kafka/topic-catalogue.ts'
import { createPostgresPool, endPostgresPool, POOL_GRACE_MS, READ_SETTINGS } from '../../postgres/postgres-pool.ts'
import { createRegistryClient } from '../../registry/registry-client.ts'
import { resolveSchemaIds } from '../../registry/schema-ids.ts'
import { createClusterAuditEvidence } from './cluster-audit-evidence.ts'

export interface OpenedEvidence {
  readonly evidence: AuditEvidence
  readonly commandCodec: CommandCodec
  readonly auditCodec: AuditCodec
  close(): Promise<void>
}

const STATEMENT_TIMEOUT_MS = 60_000

/**
 * What a replay of a cluster looks at. It only reads, and joins no group. `topicsUnder`: a prefix of topics to read in place
 * of the cluster's own, for a copy or a restored archive.
 */
export async function openClusterEvidence(
  configuration: ClusterConfiguration,
  logger: Logger,
  topicsUnder = configuration.topicPrefix,
): Promise<OpenedEvidence> {
  const registry = createRegistryClient({ url: configuration.registryUrl })
  const schemaIds = await resolveSchemaIds({
    registry,
    topicPrefix: configuration.topicPrefix,
    onRefreshFailure: (id, error) => logger.warn({ err: error, id }, 'the registry was not heard about a schema id'),
  })
  const kafka = { ...configuration.kafka, clientId: 'somabrain-audit-replay', logger }
  const [commands, operations, events] = [COMMANDS_TOPIC, OPERATIONS_TOPIC, EVENTS_TOPIC].map((topic) =>
    createKafkaLogReader(kafka, { topic: `${topicsUnder}${topic}` }),
  ) as [ReaderOf, ReaderOf, ReaderOf]
  const pool = createPostgresPool({
    dsn: configuration.postgresDsn,
    applicationName: 'somabrain-audit-replay',
    max: 1,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    settings: READ_SETTINGS,
  })
  return {
    evidence: createClusterAuditEvidence({ commands, operations, events, pool }),
    commandCodec: createCommandCodec(schemaIds),
    auditCodec: createAuditCodec(schemaIds),
    async close() {
      registry.close()
      await Promise.all([commands.close(), operations.close(), events.close(), endPostgresPool(pool, POOL_GRACE_MS)])
    },
  }
}

type ReaderOf = ReturnType<typeof createKafkaLogReader>
