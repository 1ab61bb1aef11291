import type { CommandApi } from '../../commands/command-api.ts'
import type { QueryApi } from '../../query-api/query-api.ts'
import type { GatheredOperation } from '../audit/operation-gatherer.ts'
import type { ClusterConfiguration } from '../config/cluster-configuration.ts'
import type { Role } from '../config/configuration.ts'
import type { BackgroundEmbedding } from '../embedder/background-embedding.ts'
import { defaultErasureSettings } from '../erasure/erasure-settings.ts'
import type { ErasureDoors, Readiness } from '../http/http-server-deps.ts'
import type { Limit } from '../http/limit.ts'
import type { KafkaSettings } from '../kafka/kafka-settings.ts'
import type { NamespaceLimit } from '../limits/namespace-limit.ts'
import { namespaceLimitOver } from '../limits/namespace-limit-over.ts'
import type { ProcessDeps } from '../process-deps.ts'
import { RedisWorkingMemoryReader } from '../redis/redis-working-memory-reader.ts'
import { createRegistryClient, type RegistryClient } from '../registry/registry-client.ts'
import { type AuditMetrics, createAuditMetrics } from '../telemetry/audit-metrics.ts'
import { faultLog } from '../telemetry/fault-log.ts'
import { createPipelineMetrics, type PipelineMetrics } from '../telemetry/pipeline-metrics.ts'
import { type AuditSide, startAuditSide } from './audit-side.ts'
import type { ClusterProbes } from './cluster-components.ts'
import { startClusterErasure } from './cluster-erasure.ts'
import { createClusterLimit } from './cluster-limit.ts'
import { type ClusterParts, connectCluster } from './cluster-parts.ts'
import { clusterProbes } from './cluster-probes.ts'
import { createCommandSide } from './command-side.ts'
import { FoldReports } from './fold-reports.ts'
import { LogGuard } from './log-guard.ts'
import { prepareCluster } from './prepare-cluster.ts'
import { longTermName, WORKING_MEMORY_NAME } from './projection-names.ts'
import { type ProjectorSide, startProjectorSide } from './projector-side.ts'
import { createQuerySide } from './query-side.ts'
import { StoredPositions } from './stored-positions.ts'

export interface ClusterDeps extends ProcessDeps {
  readonly configuration: ClusterConfiguration
  readonly role: Role
  /** Audits what this process does by itself; without it nothing is done that has to be audited. */
  readonly recordOperation?: (operation: GatheredOperation) => void
  /** Of a start that may be tried again; default: made here. */
  readonly pipeline?: PipelineMetrics
  /** Of the audit, where the start may be tried more than once: a registry takes each name once. */
  readonly auditMetrics?: AuditMetrics
}

/** One process of a cluster. */
export interface Cluster {
  /** `null` in roles without it. */
  readonly commands: CommandApi | null
  readonly query: QueryApi | null
  readonly erasure: ErasureDoors
  /** `null`: tenants are not limited. */
  readonly tenantLimit: Limit | null
  readonly namespaceLimit: NamespaceLimit | null
  /** `null` in roles without commands, and without an embedder. */
  readonly embedding: BackgroundEmbedding | null
  readonly probes: ClusterProbes
  readonly masterKey: { readonly source: string; readonly made: boolean }
  readonly audit: AuditSide
  /** Whether the process can serve its role now. */
  ready(): Readiness
  /** Leaves the groups, lets what was accepted be settled, then closes. Stop serving first. */
  close(): Promise<void>
}

/** A process asks again by itself, and `/startup` names the registry only when a try has failed. */
const REGISTRY_TIMEOUT_MS = 8_000

/** Starts one process of a cluster. Rejects when a part does not answer or is not prepared; nothing is left open then. */
export async function startCluster(deps: ClusterDeps): Promise<Cluster> {
  const { configuration, logger } = deps
  const kafka: KafkaSettings = { ...configuration.kafka, clientId: `somabrain-${deps.role}`, logger }
  const registry = createRegistryClient({ url: configuration.registryUrl, timeoutMs: REGISTRY_TIMEOUT_MS })
  try {
    const prepared = await prepareCluster({ configuration, kafka, registry, clock: deps.clock, logger })
    const parts = await connectCluster({ ...deps, kafka }, prepared)
    try {
      return await assemble(deps, kafka, parts, registry)
    } catch (error) {
      await parts.shutdown.run()
      throw error
    }
  } catch (error) {
    registry.close()
    throw error
  }
}

async function assemble(
  deps: ClusterDeps,
  kafka: KafkaSettings,
  parts: ClusterParts,
  registry: RegistryClient,
): Promise<Cluster> {
  const { configuration, role, logger, metrics } = deps
  const { progress } = parts
  const head = (partition: number): number => progress.head(partition)
  const pipeline = deps.pipeline ?? createPipelineMetrics(metrics.registry, head, deps.clock)
  pipeline.followLog(head)
  const guard = startLogGuard(deps, parts)
  followStores(deps, parts, pipeline, guard)
  const reports = new FoldReports(pipeline, logger)
  const limits = deps.limits ?? null
  const has = (one: Role): boolean => role === 'all' || role === one
  // Also without the query role: a forget by filter asks what it means.
  const querySide = createQuerySide(parts, { ...deps, keyPrefix: configuration.topicPrefix, pipeline })
  const commandSide = has('commands')
    ? createCommandSide(parts, { ...deps, kafka, guard, filters: querySide.api })
    : null
  const erasure = await startClusterErasure(parts, {
    ...{ dataDir: deps.dataDir, clock: deps.clock, logger, commandSide, querySide, answersQueries: has('query') },
    settings: { ...defaultErasureSettings, ...deps.erasure, signingKey: deps.signingKey ?? null },
  })
  const audit = await startAuditSide(parts, {
    ...{ configuration, kafka, dataDir: deps.dataDir, signingKey: deps.signingKey ?? null, projects: has('projector') },
    clock: deps.clock,
    retention: retentionOf(deps),
    ...{ reports, metrics: deps.auditMetrics ?? createAuditMetrics(metrics.registry), logger, onFatal: deps.onFatal },
  })
  const projector = has('projector') ? await startProjectorSide(parts, { ...deps, kafka, reports, pipeline }) : null
  return {
    commands: commandSide?.api ?? null,
    embedding: commandSide?.embedding ?? null,
    query: has('query') ? querySide.api : null,
    erasure,
    audit,
    tenantLimit: limits === null ? null : createClusterLimit(parts, limits, deps),
    namespaceLimit: namespaceLimitOver(parts.reader, limits, deps.clock, faultLog(deps.logger)),
    masterKey: { source: parts.masterKey.source, made: parts.masterKey.made },
    probes: clusterProbes(parts, registry, reports, guard, commandSide, pipeline),
    ready: () => readinessOf(projector),
    async close() {
      registry.close()
      await parts.shutdown.run()
    },
  }
}

function retentionOf({ auditRetentionDays: days = null, auditLooks, recordOperation: record }: ClusterDeps) {
  return days === null || record === undefined ? null : { days, record, ...auditLooks }
}

/** What readers follow, as Postgres and Redis say; a projector adds the folds that it runs. */
function followStores(
  { configuration }: ClusterDeps,
  { progress, redis, keyring, shutdown }: ClusterParts,
  pipeline: PipelineMetrics,
  guard: LogGuard,
): void {
  pipeline.followStore('long-term', () => longTermName(progress.build), {
    position: (partition) => progress.position(partition),
    halted: () => guard.partitions,
  })
  const stored = new RedisWorkingMemoryReader({ redis, keyring, keyPrefix: configuration.topicPrefix })
  const positions = new StoredPositions((partition) => stored.checkpoint(partition))
  pipeline.followStore('working-memory', () => WORKING_MEMORY_NAME, {
    position: (partition) => positions.position(partition),
    halted: () => 0,
  })
  positions.start()
  const stopLooking = pipeline.startLooking()
  shutdown.add('positions of folds', async () => {
    positions.close()
    stopLooking()
  })
}

/** A projector compares what it folds; the others must not write to, or answer for, a log that nobody folds. */
function startLogGuard({ logger, onFatal }: ClusterDeps, parts: ClusterParts): LogGuard {
  const guard = new LogGuard({
    log: parts.logReader,
    codec: parts.codec,
    checkpoint: (partition) => parts.reader.checkpoint(partition),
    brokersFailure: () => parts.heads.failure(),
    onQuarrel: (partition, quarrel) =>
      logger.error({ partition, quarrel }, 'the log is not the one that long-term memory was folded from'),
    onFatal,
  })
  guard.start()
  parts.shutdown.add('log guard', () => guard.close())
  return guard
}

/** A dependency that all processes share and that fails shows in /health and alerts; it does not empty the service. */
function readinessOf(projector: ProjectorSide | null): Readiness {
  if (projector === null || projector.joined()) return { ready: true }
  return { ready: false, waitingFor: ['partitions'] }
}
