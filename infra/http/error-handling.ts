import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Problem, ProblemError } from '../../domain/problem.ts'
import { type ProblemCode, problemCatalogue } from '../../domain/problem-catalogue.ts'
import { PROBLEM_MEDIA_TYPE, problemAnswer } from './problem-details.ts'
import { problemOfError } from './problem-of-error.ts'

/** The one error handler: every refusal and failure leaves as problem details; faults are logged with the request id. */
export function installErrorHandling(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply))
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      { code: 'not_found', detail: `There is no route ${request.method} ${pathOf(request)}` },
      request,
      reply,
    ),
  )
}

export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOfError(error, request.routeOptions.bodyLimit ?? 0)
  if (problem.code === 'internal') request.log.error({ requestId: request.id, err: error }, 'request failed')
  return sendProblem(problem, request, reply)
}

function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, headers, body } = problemAnswer(problem, request.id)
  noteProblem(problem, request)
  return reply
    .code(status)
    .headers({ 'x-request-id': request.id, ...headers })
    .type(PROBLEM_MEDIA_TYPE)
    .serializer(JSON.stringify)
    .send(body)
}

/** What a request came to, for metrics, audit and log: also of an answer that is cut when it has begun. */
export function noteProblem(problem: Problem, request: FastifyRequest): void {
  request.problemCode = problem.code
  if (problemCatalogue[problem.code].status >= 500 && problem.code !== 'internal') logRefusal(request, problem)
}

const LOG_EVERY_MS = 1000
const lastLogged = new Map<ProblemCode, number>()

/** An outage refuses thousands of requests a second: metrics count them, the log says once a second that it is so. */
function logRefusal(request: FastifyRequest, problem: Problem): void {
  const now = performance.now()
  if (now - (lastLogged.get(problem.code) ?? Number.NEGATIVE_INFINITY) < LOG_EVERY_MS) return
  lastLogged.set(problem.code, now)
  // What no retry ends, an operator has to: a missing data key.
  const level = problemCatalogue[problem.code].retryable ? 'warn' : 'error'
  request.log[level]({ requestId: request.id, code: problem.code }, problem.detail)
}

/** Without the query, which may hold what a person asked. */
const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0]!.slice(0, 200)

/** Refuses the methods that a known path does not have, naming those that it has (RFC 9110 §15.5.6). */
export function installMethodNotAllowed(
  app: FastifyInstance,
  methodsOf: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  const known = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']
  for (const [url, methods] of methodsOf) {
    const others = known.filter((method) => !methods.has(method))
    if (others.length === 0 || url.includes('*') || url.endsWith('/')) continue
    const allow = [...methods].sort().join(', ')
    app.route({
      method: others,
      url,
      config: { open: true, probe: true },
      schema: { hide: true },
      onRequest: async (request, reply) => {
        reply.header('allow', allow)
        throw new ProblemError({
          code: 'method_not_allowed',
          detail: `${request.method} is not allowed here`,
          expected: `one of: ${allow}`,
        })
      },
      handler: () => undefined,
    })
  }
}
