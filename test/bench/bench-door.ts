import type { Embedded } from '../../infra/embedded/start-embedded.ts'
import { createHttpServer } from '../../infra/http/create-http-server.ts'
import type { HttpServerDeps } from '../../infra/http/http-server-deps.ts'
import { embeddedComponents } from '../../infra/telemetry/embedded-components.ts'
import { composeHealth } from '../../infra/telemetry/health.ts'
import { createLogger } from '../../infra/telemetry/logger.ts'
import { createMetrics } from '../../infra/telemetry/metrics.ts'

type Served = Pick<HttpServerDeps, 'commands' | 'query' | 'health' | 'authenticator'>

/** An HTTP server over the parts that a bench is about, not listening yet. */
export const benchServer = (deps: Served & Partial<HttpServerDeps>): ReturnType<typeof createHttpServer> =>
  createHttpServer({
    ready: () => ({ ready: true }),
    startup: () => ({ ready: true }),
    metrics: createMetrics({ processMetrics: false }),
    logger: createLogger({ level: 'silent' }),
    now: Date.now,
    version: '0',
    ...deps,
  })

/** One of several ways into one embedded store: an HTTP server over it with what `more` says, not listening yet. */
export const benchDoor = (
  embedded: Embedded,
  more: Pick<HttpServerDeps, 'authenticator'> & Partial<HttpServerDeps>,
): ReturnType<typeof createHttpServer> =>
  benchServer({
    commands: embedded.commands,
    query: embedded.query,
    health: composeHealth({
      components: embeddedComponents(embedded.probes),
      version: 'v0',
      mode: 'development',
      now: Date.now,
    }),
    ...more,
  })
