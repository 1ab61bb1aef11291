import type { Logger } from 'pino'
import { serve } from './infra/cli/serve.ts'
import { type Configuration, readConfiguration } from './infra/config/configuration.ts'
import { startEmbedded } from './infra/embedded/start-embedded.ts'
import { apiTokenAuthenticator } from './infra/http/auth/api-token.ts'
import { loopbackAuthenticator } from './infra/http/auth/loopback.ts'
import { createHttpServer } from './infra/http/create-http-server.ts'
import { embeddedComponents } from './infra/telemetry/embedded-components.ts'
import { composeHealth } from './infra/telemetry/health.ts'
import { createLogger } from './infra/telemetry/logger.ts'
import { createMetrics } from './infra/telemetry/metrics.ts'
import { version } from './infra/telemetry/version.ts'

/** A running server. */
export interface Running {
  readonly url: string
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

/** The composition root: configuration → adapters → applications → listen. */
export async function startSomabrain(configuration: Configuration, options: StartOptions = {}): Promise<Running> {
  const { clock = Date.now, logger = createLogger({ level: configuration.logLevel }) } = options
  for (const notice of configuration.notices) logger.warn(notice)
  const metrics = createMetrics()
  const embedded = await startEmbedded({
    ...configuration,
    clock,
    logger,
    metrics,
    onFatal: options.onFatal ?? ((error) => exitOnBug(error, logger)),
  })
  const server = await createHttpServer({
    commands: embedded.commands,
    query: embedded.query,
    authenticator:
      configuration.apiToken === null ? loopbackAuthenticator : apiTokenAuthenticator(configuration.apiToken),
    health: composeHealth({
      components: embeddedComponents(embedded.probes),
      version: `v${version}`,
      mode: configuration.mode,
      now: clock,
    }),
    ready: () => (embedded.writable() ? { ready: true } : { ready: false, waitingFor: ['log'] }),
    startup: () => ({ ready: true }),
    metrics,
    logger,
    now: clock,
    version,
  })
  try {
    const url = await server.listen({ host: configuration.host, port: configuration.port })
    const close = async (): Promise<void> => {
      await server.close()
      await embedded.close()
    }
    return { url, dataDir: embedded.dataDir, masterKey: embedded.masterKey, close }
  } catch (error) {
    await embedded.close()
    throw error
  }
}

/** A fold that ended unasked is a bug: going on would answer from a state that no longer moves. */
function exitOnBug(error: Error, logger: Logger): void {
  logger.fatal({ err: error }, 'the fold ended unasked')
  process.exit(1)
}

if (import.meta.main) await serve(() => startSomabrain(readConfiguration(process.env)))
