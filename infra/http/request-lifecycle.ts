import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ProblemError } from '../../domain/problem.ts'
import { Admission } from './admission.ts'
import { auditRequest } from './audit-request.ts'
import { authenticateRequest } from './authenticate-request.ts'
import type { BodyDeadlines } from './body-deadlines.ts'
import type { Edge } from './edge.ts'
import { isStreamed } from './is-streamed.ts'
import { installRateLimitHeaders } from './limit.ts'
import { measureRequest } from './measure-request.ts'
import { isOwnRequest } from './own-request.ts'
import { installShardHeader } from './shard-header.ts'

const SAFE_ID = /^[A-Za-z0-9._:-]{1,128}$/

/** `x-request-id` as the caller gave it, when it is safe to repeat in headers and logs. */
export const requestIdOf = (header: string | string[] | undefined): string =>
  typeof header === 'string' && SAFE_ID.test(header) ? header : crypto.randomUUID()

/**
 * What happens to every request before its body is read: identified, measured, refused while closing, admitted,
 * authenticated. All that was taken is given back when the answer is through or the client has gone.
 */
export function installLifecycle(app: FastifyInstance, edge: Edge, deadlines: BodyDeadlines): void {
  const { options, deps } = edge
  const admission = new Admission(options.maxInFlightRequests, options.maxInFlightBytes)
  deps.metrics.watchInFlight(() => admission)

  installRateLimitHeaders(app)
  installShardHeader(app)
  app.decorateRequest('admitted', null)
  app.decorateRequest('unmeasured', false)
  app.decorateRequest('problemCode', null)
  app.decorateRequest('refusedOwner', null)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    const { config } = request.routeOptions
    reply.raw.once('close', () => {
      request.admitted?.release()
      deadlines.forget(request)
      measureRequest(edge, request, reply)
      auditRequest(edge, request, reply)
    })
    if (edge.closing.aborted) reply.header('connection', 'close')
    if (config.probe !== true) admit(edge, admission, request)
    if (hasBody(request) && !isStreamed(request)) deadlines.watch(request, reply)
    if (config.open === true || request.is404) return
    await authenticateRequest(deps, request)
    // Whoever asked this server to ask itself was counted for it.
    if (config.probe !== true && !isOwnRequest(request)) await edge.limitRequest(request)
    refuseEncodedBody(request)
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (edge.closing.aborted || isLongUpload(request)) reply.header('connection', 'close')
    done()
  })
}

function admit(edge: Edge, admission: Admission, request: FastifyRequest): void {
  if (edge.closing.aborted) {
    throw new ProblemError({ code: 'shutting_down', detail: 'This server is shutting down', retryAfterSeconds: 1 })
  }
  request.admitted = admission.enter(bytesToHold(edge, request))
  if (request.admitted === null) {
    throw new ProblemError({
      code: 'overloaded',
      detail: 'As much is in flight as this server takes at once',
      retryAfterSeconds: 1,
    })
  }
}

/** A stream holds its window, whatever its length; a body beyond its limit is refused without being held. */
function bytesToHold(edge: Edge, request: FastifyRequest): number {
  if (isStreamed(request)) return edge.options.importWindowBytes
  const length = Number(request.headers['content-length'] ?? 0)
  return Number.isFinite(length) && length <= (request.routeOptions.bodyLimit ?? 0) ? length : 0
}

/** A small body that unpacks to a large one would pass every bound on the way in. */
function refuseEncodedBody({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding']
  if (encoding === undefined || encoding === 'identity') return
  throw new ProblemError({
    code: 'unsupported_media_type',
    detail: 'The body is encoded in a way that is not read here',
    field: 'Content-Encoding',
    expected: 'no Content-Encoding, or identity',
  })
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

const READ_TO_THE_END_BYTES = 1024 * 1024

/** Node reads what is left of a body to reuse the connection; a long or endless one is not worth it. */
function isLongUpload(request: FastifyRequest): boolean {
  if (request.raw.complete || !hasBody(request)) return false
  const length = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY)
  return length > READ_TO_THE_END_BYTES
}
