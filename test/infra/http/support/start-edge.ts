import type { AddressInfo } from 'node:net'
import type { ExecutionContext } from 'ava'
import type { FastifyInstance } from 'fastify'
import { loopbackAuthenticator } from '../../../../infra/http/auth/loopback.ts'
import { createHttpServer } from '../../../../infra/http/create-http-server.ts'
import type { HttpServerDeps } from '../../../../infra/http/http-server-deps.ts'
import { embeddedComponents } from '../../../../infra/telemetry/embedded-components.ts'
import { composeHealth } from '../../../../infra/telemetry/health.ts'
import { createLogger } from '../../../../infra/telemetry/logger.ts'
import { createMetrics, type Metrics } from '../../../../infra/telemetry/metrics.ts'
import { NOW, RecordingCommands, RecordingQuery } from './doubles.ts'

export interface EdgeUnderTest {
  readonly app: FastifyInstance
  readonly url: string
  readonly port: number
  readonly commands: RecordingCommands
  readonly query: RecordingQuery
  readonly metrics: Metrics
  /** What the server logged, one object a line. */
  readonly logged: ReadonlyArray<Record<string, unknown>>
}

/** A real server on a port of its own over doors in memory; closed with the test. */
export async function startEdge(t: ExecutionContext, over: Partial<HttpServerDeps> = {}): Promise<EdgeUnderTest> {
  const commands = new RecordingCommands()
  const query = new RecordingQuery()
  const metrics = createMetrics({ processMetrics: false })
  const logged: Array<Record<string, unknown>> = []
  const works = async (): Promise<void> => undefined
  const app = createHttpServer({
    commands,
    query,
    authenticator: loopbackAuthenticator,
    health: composeHealth({
      components: embeddedComponents({ log: works, longTerm: works, workingMemory: works }),
      version: 'v0.1.0',
      mode: 'development',
      now: () => NOW,
    }),
    ready: () => ({ ready: true }),
    startup: () => ({ ready: true }),
    metrics,
    logger: createLogger({ level: 'debug', destination: { write: (line) => logged.push(JSON.parse(line)) } }),
    now: () => NOW,
    version: '0.1.0',
    ...over,
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const { port } = app.server.address() as AddressInfo
  return { app, url: `http://127.0.0.1:${port}`, port, commands, query, metrics, logged }
}
