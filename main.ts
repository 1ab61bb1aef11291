import type { Logger } from 'pino'
import { serve } from './infra/cli/serve.ts'
import { clusterComponents } from './infra/cluster/cluster-components.ts'
import { startPatiently } from './infra/cluster/start-patiently.ts'
import { untilStarted } from './infra/cluster/until-started.ts'
import type { ClusterConfiguration } from './infra/config/cluster-configuration.ts'
import { type Configuration, type Role, readConfiguration } from './infra/config/configuration.ts'
import { startEmbedded } from './infra/embedded/start-embedded.ts'
import { apiTokenAuthenticator } from './infra/http/auth/api-token.ts'
import { loopbackAuthenticator } from './infra/http/auth/loopback.ts'
import { createHttpServer } from './infra/http/create-http-server.ts'
import type { HttpServerDeps } from './infra/http/http-server-deps.ts'
import { embeddedComponents } from './infra/telemetry/embedded-components.ts'
import { composeHealth, type HealthDeps } from './infra/telemetry/health.ts'
import { createLogger } from './infra/telemetry/logger.ts'
import { createMetrics, type Metrics } from './infra/telemetry/metrics.ts'
import { version } from './infra/telemetry/version.ts'

/** A running server. */
export interface Running {
  readonly url: string
  readonly role: Role
  /** Where its data is, for the operator. */
  readonly dataDir: string
  readonly masterKey: { readonly source: string; readonly made: boolean }
  /** Answers what is in flight, refuses what is new, closes the stores. */
  close(): Promise<void>
}

export interface StartOptions {
  readonly logger?: Logger
  readonly clock?: () => number
  /** Called when nothing can go on; default: the process ends with code 1. */
  readonly onFatal?: (error: Error) => void
}

interface Start {
  readonly configuration: Configuration
  readonly clock: () => number
  readonly logger: Logger
  readonly metrics: Metrics
  readonly onFatal: (error: Error) => void
}

/** The composition root: configuration → adapters → applications → listen. */
export async function startSomabrain(configuration: Configuration, options: StartOptions = {}): Promise<Running> {
  const { clock = Date.now, logger = createLogger({ level: configuration.logLevel }) } = options
  for (const notice of configuration.notices) logger.warn(notice)
  const onFatal = options.onFatal ?? ((error) => exitOnBug(error, logger))
  const start: Start = { configuration, clock, logger, metrics: createMetrics(), onFatal }
  return configuration.cluster === null ? startAlone(start) : startInCluster(start, configuration.cluster)
}

/** Everything in this process. It listens when it can answer. */
async function startAlone(start: Start): Promise<Running> {
  const { configuration } = start
  const embedded = await startEmbedded({ ...start, ...configuration })
  try {
    const { url, close } = await listen(start, embeddedComponents(embedded.probes), {
      commands: embedded.commands,
      query: embedded.query,
      ready: () => (embedded.writable() ? { ready: true } : { ready: false, waitingFor: ['log'] }),
      startup: () => ({ ready: true }),
    })
    const closeAll = async (): Promise<void> => {
      await close()
      await embedded.close()
    }
    return { url, role: configuration.role, dataDir: embedded.dataDir, masterKey: embedded.masterKey, close: closeAll }
  } catch (error) {
    await embedded.close()
    throw error
  }
}

/** One process of a cluster. It listens at once, and says at `/startup` what it waits for. */
async function startInCluster(start: Start, cluster: ClusterConfiguration): Promise<Running> {
  const { role } = start.configuration
  const starting = startPatiently({ ...start, ...start.configuration, configuration: cluster })
  const up = () => starting.current()
  const probes = untilStarted(() => up()?.probes ?? null)
  const server = await listen(start, clusterComponents(probes), {
    commands: role === 'commands' || role === 'all' ? untilStarted(() => up()?.commands ?? null) : null,
    query: role === 'query' || role === 'all' ? untilStarted(() => up()?.query ?? null) : null,
    ready: () => up()?.ready() ?? starting.startup(),
    startup: () => starting.startup(),
  })
  const close = async (): Promise<void> => {
    await server.close()
    await starting.close()
  }
  try {
    const { masterKey } = await starting.started
    return { url: server.url, role, dataDir: 'in Kafka, Postgres and Redis', masterKey, close }
  } catch (error) {
    await close()
    throw error
  }
}

type Sides = Pick<HttpServerDeps, 'commands' | 'query' | 'ready' | 'startup'>

async function listen(start: Start, components: HealthDeps['components'], sides: Sides) {
  const { configuration, clock, logger, metrics } = start
  const { apiToken, mode, host, port } = configuration
  const server = await createHttpServer({
    ...sides,
    authenticator: apiToken === null ? loopbackAuthenticator : apiTokenAuthenticator(apiToken),
    health: composeHealth({ components, version: `v${version}`, mode, now: clock }),
    metrics,
    logger,
    now: clock,
    version,
  })
  return { url: await server.listen({ host, port }), close: () => server.close() }
}

/** A fold that ended unasked is a bug: going on would answer from a state that no longer moves. */
function exitOnBug(error: Error, logger: Logger): void {
  logger.fatal({ err: error }, 'the process cannot go on')
  process.exit(1)
}

if (import.meta.main) await serve(() => startSomabrain(readConfiguration(process.env)))
