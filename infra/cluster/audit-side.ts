import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { type AuditApi, createAuditApi } from '../../query-api/audit.ts'
import { storeAnswers } from '../../query-api/guarded-reader.ts'
import { type AuditRetentionDeps, startAuditRetention, type TrimOnce } from '../audit/audit-retention.ts'
import type { AuditWriter } from '../audit/audit-writer.ts'
import { createKafkaAuditLog } from '../audit/cluster/kafka-audit-log.ts'
import { startClusterAudit } from '../audit/cluster/start-cluster-audit.ts'
import { trimCluster } from '../audit/cluster/trim-cluster.ts'
import type { ClusterConfiguration } from '../config/cluster-configuration.ts'
import { loadSigningKey, type SigningKey } from '../crypto/signing-key.ts'
import type { KafkaSettings } from '../kafka/kafka-settings.ts'
import { createPostgresAuditReader } from '../postgres/audit/postgres-audit-reader.ts'
import { createPostgresPool, endPostgresPool, FOLD_SETTINGS, POOL_GRACE_MS } from '../postgres/postgres-pool.ts'
import type { AuditMetrics } from '../telemetry/audit-metrics.ts'
import type { ClusterParts } from './cluster-parts.ts'
import type { FoldReports } from './fold-reports.ts'

export interface AuditSideDeps {
  readonly configuration: ClusterConfiguration
  readonly kafka: KafkaSettings
  readonly dataDir: string
  readonly signingKey: string | null
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** `null`: operations are kept for good. */
  readonly retention: Pick<AuditRetentionDeps, 'days' | 'record' | 'firstLookMs' | 'lookEveryMs'> | null
  /** Whether this process chains, anchors and trims. */
  readonly projects: boolean
  readonly reports: FoldReports
  readonly metrics: AuditMetrics
  readonly logger: Logger
  readonly onFatal: (error: Error) => void
}

export interface AuditSide {
  readonly writer: AuditWriter
  readonly api: AuditApi
  /** `null`: this process signs no anchors. */
  readonly signingKey: { readonly source: string; readonly made: boolean } | null
}

const FOLD_CONNECTIONS = 3

/** The audit of one process of a cluster: every process writes operations, projectors chain and anchor. */
export async function startAuditSide(parts: ClusterParts, deps: AuditSideDeps): Promise<AuditSide> {
  const log = createKafkaAuditLog(deps.kafka, deps.configuration.topicPrefix, parts.schemaIds)
  parts.shutdown.add('audit log', () => log.close())
  const reader = createPostgresAuditReader(parts.queryPool)
  const api = createAuditApi({ scan: (asked) => storeAnswers(() => reader.scan(asked)) }, log.codec)
  if (!deps.projects) return { writer: log.writer, api, signingKey: null }
  const signingKey = loadSigningKey(deps.dataDir, deps.signingKey)
  const pool = createPostgresPool({
    dsn: deps.configuration.postgresDsn,
    applicationName: 'somabrain-audit',
    max: FOLD_CONNECTIONS,
    settings: FOLD_SETTINGS,
    onConnectionLost: (error) => deps.logger.warn({ err: error }, 'a connection to Postgres was lost'),
  })
  parts.shutdown.add('Postgres of the audit', () => endPostgresPool(pool, POOL_GRACE_MS))
  const audit = await startClusterAudit({
    kafka: deps.kafka,
    topicPrefix: deps.configuration.topicPrefix,
    commandsTopic: parts.commandsTopic,
    commandCodec: parts.codec,
    commandReader: parts.logReader,
    log,
    pool,
    signingKey,
    clock: deps.clock,
    reports: deps.reports,
    metrics: deps.metrics,
    logger: deps.logger,
    onFatal: deps.onFatal,
  })
  parts.shutdown.add('audit', () => audit.close())
  startRetention(parts, pool, signingKey, deps)
  return { writer: log.writer, api, signingKey: { source: signingKey.source, made: signingKey.made } }
}

function startRetention(parts: ClusterParts, pool: Pool, signingKey: SigningKey, deps: AuditSideDeps): void {
  const { clock, configuration, logger, metrics } = deps
  if (deps.retention === null) return
  const trim: TrimOnce = (request) => trimCluster({ configuration, pool, signingKey, logger }, request)
  const retention = startAuditRetention({ ...deps.retention, clock, trim, metrics, logger })
  parts.shutdown.add('audit retention', () => retention.close())
}
