import type { Logger } from 'pino'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import type { ClusterConfiguration } from '../../config/cluster-configuration.ts'
import { createKafkaLogReader } from '../../kafka/kafka-log-reader.ts'
import { COMMANDS_TOPIC } from '../../kafka/topic-catalogue.ts'
import { createPostgresAuditReader } from '../../postgres/audit/postgres-audit-reader.ts'
import { createPostgresPool, endPostgresPool, POOL_GRACE_MS } from '../../postgres/postgres-pool.ts'
import { createRegistryClient } from '../../registry/registry-client.ts'
import { resolveSchemaIds } from '../../registry/schema-ids.ts'
import type { OpenedAudit } from '../opened-audit.ts'
import { createClusterAuditEvidence } from './cluster-audit-evidence.ts'
import { createKafkaAuditLog } from './kafka-audit-log.ts'
import { kafkaTrimTarget } from './kafka-trim-target.ts'

const STATEMENT_TIMEOUT_MS = 60_000
/** Rows are found by their key, also while the planner knows nothing of the table yet. */
const BY_KEY = { enable_seqscan: 'off' }

/**
 * The audit of a cluster. It joins no group. `topicsUnder`: a prefix of topics to read in place of the cluster's own, for a
 * copy or a restored archive.
 */
export async function openClusterAudit(
  configuration: ClusterConfiguration,
  logger: Logger,
  topicsUnder = configuration.topicPrefix,
): Promise<OpenedAudit> {
  const registry = createRegistryClient({ url: configuration.registryUrl })
  const schemaIds = await resolveSchemaIds({
    registry,
    topicPrefix: configuration.topicPrefix,
    onRefreshFailure: (id, error) => logger.warn({ err: error, id }, 'the registry was not heard about a schema id'),
  })
  const kafka = { ...configuration.kafka, clientId: 'somabrain-audit', logger }
  const commands = createKafkaLogReader(kafka, { topic: `${topicsUnder}${COMMANDS_TOPIC}` })
  const log = createKafkaAuditLog(kafka, topicsUnder, schemaIds)
  const pool = createPostgresPool({
    dsn: configuration.postgresDsn,
    applicationName: 'somabrain-audit',
    max: 1,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    settings: BY_KEY,
  })
  return {
    evidence: createClusterAuditEvidence({ commands, operations: log.operations, events: log.events, pool }),
    reader: createPostgresAuditReader(pool),
    commandCodec: createCommandCodec(schemaIds),
    auditCodec: log.codec,
    target: kafkaTrimTarget(kafka, log, pool),
    async close() {
      registry.close()
      await Promise.all([commands.close(), log.close(), endPostgresPool(pool, POOL_GRACE_MS)])
    },
  }
}
