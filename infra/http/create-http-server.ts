import { type FastifyInstance, fastify, LogController } from 'fastify'
import { installAudit } from './audit-request.ts'
import { BodyDeadlines } from './body-deadlines.ts'
import { answerClientError } from './client-error.ts'
import { installBodyCount } from './count-body.ts'
import { createEdge, type Edge } from './edge.ts'
import { installErrorHandling, installMethodNotAllowed, sendError } from './error-handling.ts'
import { defaultHttpOptions, type HttpOptions } from './http-options.ts'
import type { HttpServerDeps } from './http-server-deps.ts'
import { parseJsonBody } from './json-body.ts'
import { MAX_PATH_PART } from './problem-of-error.ts'
import { installLifecycle, requestIdOf } from './request-lifecycle.ts'
import { registerApi } from './routes/api-routes.ts'
import {
  registerDocumentation,
  registerOpenApi,
  registerVersionedDocumentation,
} from './routes/documentation-routes.ts'
import { securityHeaders } from './security-headers.ts'
import { installTenantFairness } from './tenant-fairness.ts'
import { validatorCompiler } from './validation/validator-compiler.ts'

/** A streamed import may take long; even so, no request lasts for ever. */
const LONGEST_REQUEST_MS = 24 * 60 * 60 * 1000

/**
 * The HTTP edge over the two doors: every route also under `/v1`. Listens when told to; `close()` answers what is in
 * flight for up to `drainTimeoutMs`, refuses what is new with 503 `shutting_down`, and then closes what is left.
 */
export function createHttpServer(deps: HttpServerDeps): FastifyInstance {
  const options: HttpOptions = Object.freeze({ ...defaultHttpOptions, ...deps.options })
  const app = bareServer(deps, options)
  const closing = new AbortController()
  const edge = createEdge(deps, closing.signal)
  const deadlines = new BodyDeadlines(options.bodyTimeoutMs)

  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(() => JSON.stringify)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, parseJsonBody(body as Buffer))
  })
  installErrorHandling(app)
  installClose(app, edge, closing, deadlines)
  const headers = securityHeaders()
  // Set first, so that refusals carry them too.
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
  installAudit(app)
  installLifecycle(app, edge, deadlines)
  installTenantFairness(app, edge)
  installBodyCount(app)
  registerRoutes(app, edge)
  return app
}

function bareServer(deps: HttpServerDeps, options: HttpOptions): FastifyInstance {
  const app = fastify({
    loggerInstance: deps.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimitBytes,
    // Routes wait for nothing outside: ten seconds for them are exceeded only by a machine that is busy, and then refused a start.
    pluginTimeout: 0,
    connectionTimeout: options.connectionIdleTimeoutMs,
    keepAliveTimeout: options.keepAliveTimeoutMs,
    requestTimeout: LONGEST_REQUEST_MS,
    http: {
      headersTimeout: options.headersTimeoutMs,
      connectionsCheckingInterval: options.headersTimeoutMs,
      maxHeaderSize: options.maxHeaderBytes,
    },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    requestIdHeader: false,
    // A logger for each request costs as much as finding its route; faults name their request where they are logged.
    childLoggerFactory: (logger) => logger,
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
    routerOptions: { maxParamLength: MAX_PATH_PART },
  }) as unknown as FastifyInstance
  app.server.maxConnections = options.maxConnections
  return app
}

/** Closing begins with new requests being refused; what is in flight has `drainTimeoutMs`. */
function installClose(app: FastifyInstance, edge: Edge, closing: AbortController, deadlines: BodyDeadlines): void {
  let timer: NodeJS.Timeout | undefined
  app.addHook('preClose', async () => {
    closing.abort()
    timer = setTimeout(() => app.server.closeAllConnections(), edge.options.drainTimeoutMs)
  })
  app.addHook('onClose', async () => {
    clearTimeout(timer)
    deadlines.stop()
  })
}

function registerRoutes(app: FastifyInstance, edge: Edge): void {
  const methodsOf = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsOf.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    methodsOf.set(url, methods)
  })
  app.register(async (root) => {
    await registerOpenApi(root, edge.deps.version)
    await root.register(async (api) => registerApi(api, edge))
    await root.register(async (api) => registerApi(api, edge), { prefix: '/v1' })
    await root.register(async (documentation) => registerDocumentation(documentation))
    await root.register(async (documentation) => registerVersionedDocumentation(documentation), { prefix: '/v1' })
    installMethodNotAllowed(root, new Map(methodsOf))
  })
}
