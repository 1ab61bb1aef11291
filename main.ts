import type { Logger } from 'pino'
import { createAuditTrail } from './infra/audit/audit-trail.ts'
import { type Served, serve } from './infra/cli/serve.ts'
import { createUnreadyEnd, type UnreadyEnd } from './infra/cli/unready-end.ts'
import { clusterComponents } from './infra/cluster/cluster-components.ts'
import { openClusterTokens } from './infra/cluster/cluster-tokens.ts'
import { startPatiently } from './infra/cluster/start-patiently.ts'
import { untilStarted } from './infra/cluster/until-started.ts'
import type { ClusterConfiguration } from './infra/config/cluster-configuration.ts'
import { type Configuration, readConfiguration } from './infra/config/configuration.ts'
import { hasCredentials } from './infra/config/credentials-configuration.ts'
import { openEmbeddedTokens } from './infra/embedded/embedded-tokens.ts'
import { startEmbedded } from './infra/embedded/start-embedded.ts'
import { openEmbedder } from './infra/embedder/open-embedder.ts'
import { type WatchedEmbedder, watchEmbedder } from './infra/embedder/watch-embedder.ts'
import { configuredAuthenticator } from './infra/http/auth/configured-authenticator.ts'
import { createHttpServer } from './infra/http/create-http-server.ts'
import type { HttpServerDeps } from './infra/http/http-server-deps.ts'
import { type Limit, noLimit } from './infra/http/limit.ts'
import { startMetricsServer } from './infra/http/start-metrics-server.ts'
import { createOpaPolicy } from './infra/opa/opa-policy.ts'
import type { ProcessDeps } from './infra/process-deps.ts'
import { AuditSpill } from './infra/sqlite/audit/audit-spill.ts'
import { lastBackupAt } from './infra/sqlite/backup/last-backup.ts'
import { createAuditMetrics } from './infra/telemetry/audit-metrics.ts'
import { createBackupMetric } from './infra/telemetry/backup-metric.ts'
import { createDataDirectoryMetrics } from './infra/telemetry/data-directory-metrics.ts'
import { embeddedComponents } from './infra/telemetry/embedded-components.ts'
import { createEmbedderMetrics, type EmbedderMetrics } from './infra/telemetry/embedder-metrics.ts'
import { composeHealth, type HealthDeps } from './infra/telemetry/health.ts'
import { createLogger } from './infra/telemetry/logger.ts'
import { createMetrics, type Metrics } from './infra/telemetry/metrics.ts'
import { partLog } from './infra/telemetry/part-log.ts'
import { version } from './infra/telemetry/version.ts'
import type { TokenReader } from './infra/tokens/token-store.ts'

export interface StartOptions extends Pick<ProcessDeps, 'auditLooks'> {
  readonly logger?: Logger
  readonly clock?: () => number
  /** Called when nothing can go on; default: the process is unready, and then ends with code 1. */
  readonly onFatal?: (error: Error) => void
}

interface Start extends Pick<ProcessDeps, 'auditLooks'> {
  readonly configuration: Configuration
  readonly clock: () => number
  readonly logger: Logger
  readonly metrics: Metrics
  readonly embedder: WatchedEmbedder | null
  readonly embedderMetrics?: EmbedderMetrics
  readonly onFatal: (error: Error) => void
  readonly readiness: UnreadyEnd['readiness']
}

type Running = Omit<Served, 'exitCode'>

/** The composition root: configuration → adapters → applications → listen. */
export async function startSomabrain(configuration: Configuration, options: StartOptions = {}): Promise<Served> {
  const { clock = Date.now, logger = createLogger({ level: configuration.logLevel }), auditLooks = {} } = options
  for (const notice of configuration.notices) logger.warn(notice)
  // A fold that ended unasked is a bug: going on would answer from a state that no longer moves.
  const { begin, exitCode, readiness } = createUnreadyEnd({ logger })
  const onFatal = options.onFatal ?? begin
  const metrics = createMetrics()
  createDataDirectoryMetrics(metrics.registry, configuration.dataDir)
  const { embedder, ...ofEmbedder } = await openWatched(configuration, clock, metrics)
  const start: Start = {
    ...{ configuration, clock, logger, metrics, embedder, ...ofEmbedder },
    ...{ auditLooks, onFatal, readiness },
  }
  try {
    const running = await (configuration.cluster === null
      ? startAlone(start)
      : startInCluster(start, configuration.cluster))
    const close = async (): Promise<void> => {
      await running.close()
      await embedder?.close()
    }
    return { ...running, exitCode, close }
  } catch (error) {
    await embedder?.close()
    throw error
  }
}

async function openWatched(configuration: Configuration, clock: () => number, { registry }: Metrics) {
  const opened = await openEmbedder(configuration.embedder)
  if (opened === null) return { embedder: null }
  const embedderMetrics = createEmbedderMetrics(registry)
  return { embedder: watchEmbedder(opened, { clock, metrics: embedderMetrics }), embedderMetrics }
}

/** Everything in this process. It listens when it can answer. */
async function startAlone(start: Start): Promise<Running> {
  const { configuration } = start
  const embedded = await startEmbedded({ ...configuration, ...start })
  createBackupMetric(start.metrics.registry, () => lastBackupAt(embedded.dataDir))
  try {
    const tokens = openEmbeddedTokens(embedded.dataDir)
    const { url, close } = await listen(start, embeddedComponents(embedded.probes), tokens, {
      commands: embedded.commands,
      query: embedded.query,
      erasure: embedded.erasure,
      audit: embedded.audit,
      auditApi: embedded.auditApi,
      ...(embedded.tenantLimit === null ? {} : { limit: embedded.tenantLimit }),
      ...(embedded.namespaceLimit === null ? {} : { limitNamespaces: embedded.namespaceLimit }),
      ready: () => (embedded.writable() ? { ready: true } : { ready: false, waitingFor: ['log'] }),
      startup: () => ({ ready: true }),
    })
    const closeAll = async (): Promise<void> => {
      await close()
      await embedded.close()
    }
    const { dataDir, masterKey, signingKey } = embedded
    const needsCredential = hasCredentials(configuration.credentials)
    return { url, role: configuration.role, dataDir, needsCredential, masterKey, signingKey, close: closeAll }
  } catch (error) {
    await embedded.close()
    throw error
  }
}

/** One process of a cluster. It listens at once, and says at `/startup` what it waits for. */
async function startInCluster(start: Start, cluster: ClusterConfiguration): Promise<Running> {
  const { role } = start.configuration
  const auditMetrics = createAuditMetrics(start.metrics.registry)
  const starting = startPatiently({
    ...{ ...start.configuration, ...start, auditMetrics, configuration: cluster },
    recordOperation: (operation) => audit.record(operation),
  })
  const up = () => starting.current()
  const probes = untilStarted(() => up()?.probes ?? null)
  const tokens = openClusterTokens(cluster.postgresDsn, start.logger)
  const audit = createAuditTrail({
    writer: () => up()?.audit.writer ?? null,
    spill: new AuditSpill(start.configuration.dataDir),
    metrics: auditMetrics,
    logger: start.logger,
  })
  const closeParts = async (): Promise<void> => {
    await audit.close()
    await starting.close()
  }
  const listening = listen(start, clusterComponents(probes), tokens, {
    commands: role === 'commands' || role === 'all' ? untilStarted(() => up()?.commands ?? null) : null,
    query: role === 'query' || role === 'all' ? untilStarted(() => up()?.query ?? null) : null,
    erasure: {
      eraser: role === 'commands' || role === 'all' ? untilStarted(() => up()?.erasure.eraser ?? null) : null,
      subjects: role === 'query' || role === 'all' ? untilStarted(() => up()?.erasure.subjects ?? null) : null,
      keys: untilStarted(() => up()?.erasure.keys ?? null),
    },
    audit,
    ...(role === 'query' || role === 'all' ? { auditApi: untilStarted(() => up()?.audit.api ?? null) } : {}),
    ...(start.configuration.limits === null ? {} : { limit: limitOnceStarted(() => up()?.tenantLimit ?? null) }),
    limitNamespaces: (...asked) => up()?.namespaceLimit?.(...asked) ?? { admitted: true },
    ready: () => up()?.ready() ?? starting.startup(),
    startup: () => starting.startup(),
  })
  const server = await listening.catch(async (error: unknown) => {
    await closeParts()
    throw error
  })
  const close = async (): Promise<void> => {
    await server.close()
    await closeParts()
  }
  try {
    const { masterKey, audit: auditSide } = await starting.started
    const { signingKey } = auditSide
    const needsCredential = hasCredentials(start.configuration.credentials)
    const dataDir = 'in Kafka, Postgres and Redis'
    return { url: server.url, role, dataDir, needsCredential, masterKey, signingKey, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Until the parts are there every call is refused as `starting`: there is nothing to count. */
const limitOnceStarted =
  (current: () => Limit | null): Limit =>
  (identity, cost) =>
    (current() ?? noLimit)(identity, cost)

type Sides = Pick<
  HttpServerDeps,
  'erasure' | 'commands' | 'query' | 'limit' | 'limitNamespaces' | 'audit' | 'auditApi' | 'ready' | 'startup'
>
type Tokens = TokenReader & { close(): void | Promise<void> }

/** Opens the doors; closing them closes what they were opened with. */
async function listen(start: Start, components: HealthDeps['components'], tokens: Tokens, sides: Sides) {
  const { configuration, clock, logger, metrics } = start
  const { credentials, mode, host, port, metricsPort, opaEndpoint, boundsOf } = configuration
  const policy = opaEndpoint === null ? null : createOpaPolicy({ endpoint: opaEndpoint, mode })
  if (configuration.cluster?.fullStack === true) await policy?.probe()
  const server = createHttpServer({
    ...sides,
    boundsOf,
    ready: () => start.readiness(sides.ready),
    ...(policy === null ? {} : { authorise: policy.authorise }),
    authenticator: configuredAuthenticator(credentials, { tokens, clock, logger }),
    servesMetrics: metricsPort === null,
    health: composeHealth({
      components: {
        ...components,
        ...(policy === null ? {} : { opa: policy }),
        embedder: start.embedder?.health ?? 'disabled',
      },
      version: `v${version}`,
      mode,
      now: clock,
      changed: partLog(logger),
    }),
    metrics,
    logger,
    now: clock,
    version,
  })
  const close = async (): Promise<void> => {
    await server.close()
    policy?.close()
    await tokens.close()
  }
  try {
    const metricsServer = metricsPort === null ? null : await startMetricsServer(metrics.registry, host, metricsPort)
    server.addHook('onClose', async () => metricsServer?.close())
    if (metricsServer !== null) logger.info({ url: metricsServer.url }, 'metrics are served on a port of their own')
    return { url: await server.listen({ host, port }), close }
  } catch (error) {
    await close()
    throw error
  }
}

if (import.meta.main) await serve(() => startSomabrain(readConfiguration(process.env)))
