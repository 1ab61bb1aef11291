import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { JsonObject } from '../../../domain/json.ts'
import { invalidField, type Problem, ProblemError } from '../../../domain/problem.ts'
import type { CallRoute } from '../../mcp/call-route.ts'
import type { MemoryTool } from '../../mcp/memory-tools.ts'
import type { Edge } from '../edge.ts'
import { noteProblem } from '../error-handling.ts'
import { answers, objectAnswer } from '../schemas/answer-schemas.ts'
import { noQuery } from '../schemas/query-schemas.ts'

/**
 * The Model Context Protocol over Streamable HTTP. A tool's call passes the edge once more, as a request to the tool's
 * route under the same credential. It is counted against the limits here, whatever becomes of it: not all of them come to a
 * route. So does each further message of a batch.
 */
export function registerMcp(app: FastifyInstance, edge: Edge): void {
  const sides = new Set<MemoryTool['side']>()
  if (edge.deps.commands !== null) sides.add('commands')
  if (edge.deps.query !== null) sides.add('query')
  app.post(
    '/mcp',
    {
      config: { asksRoutes: true },
      schema: {
        operationId: 'mcp',
        tags: ['agents'],
        summary: 'Model Context Protocol (Streamable HTTP): remember, recall, context, forget as tools',
        querystring: noQuery,
        response: answers({ 200: objectAnswer, 202: { description: 'A notification was taken' } as never }),
      },
    },
    async (request, reply) => {
      refuseForeignOrigin(request)
      refuseKeyOfBatch(request)
      for (const _message of furtherMessages(request.body)) await edge.limitRequest(request)
      // Loaded by the first agent: the library takes as long to load as the rest of the edge.
      const { answerHttp } = await import('../../mcp/answer-http.ts')
      const { status, contentType, text } = await answerHttp(
        { headers: textHeaders(request), body: request.body },
        {
          version: edge.deps.version,
          sides,
          callRoute: routesOf(app, request),
          refused: (problem) => noteProblem(problem, request),
        },
      )
      if (status >= 400 && request.problemCode === null) noteProblem(REFUSED_BY_TRANSPORT, request)
      if (contentType !== null) reply.type(contentType)
      return reply.code(status).serializer(String).send(text)
    },
  )
}

/**
 * A browser names the site for which it acts (DNS rebinding: MCP specification, Streamable HTTP, Security Warning).
 * Agents are no browsers and send no Origin.
 */
function refuseForeignOrigin({ headers }: FastifyRequest): void {
  const { origin, host } = headers
  if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) return
  throw new ProblemError({
    code: 'forbidden',
    detail: 'Another origin than this server is not served here',
    field: 'Origin',
    expected: 'no Origin, or that of this server',
  })
}

/** It answers in the terms of JSON-RPC; metrics and audit have the catalogue's. */
const REFUSED_BY_TRANSPORT: Problem = { code: 'malformed_request', detail: 'The transport of MCP does not take it' }

/** Messages that a batch is answered for at most: the library refuses longer ones. */
const MAX_MESSAGES = 100

const furtherMessages = (body: unknown): readonly unknown[] => (Array.isArray(body) ? body.slice(1, MAX_MESSAGES) : [])

/** One key for several calls would tell the second that it repeats the first. */
function refuseKeyOfBatch({ headers, body }: FastifyRequest): void {
  if (headers['idempotency-key'] === undefined || furtherMessages(body).length === 0) return
  throw invalidField('Idempotency-Key', 'An Idempotency-Key stands above several calls', '`idempotency_key` of each')
}

function textHeaders({ headers }: FastifyRequest): Record<string, string> {
  const texts = Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))
  return Object.fromEntries(texts)
}

/** What the credential, the trace and the retry of a call are told by; a tool's `idempotency_key` goes before the header. */
const HANDED_ON = [
  'authorization',
  'host',
  'idempotency-key',
  'origin',
  'sec-fetch-site',
  'traceparent',
  'tracestate',
] as const

/** The routes of this server, under the credential of `outer`, as if its peer had asked them. */
function routesOf(app: FastifyInstance, outer: FastifyRequest): CallRoute {
  const handedOn: Record<string, string> = { 'x-request-id': outer.id }
  for (const name of HANDED_ON) {
    const value = outer.headers[name]
    if (typeof value === 'string') handedOn[name] = value
  }
  return async (url, body, headers) => {
    const answer = await app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...handedOn, ...headers },
      payload: JSON.stringify(body),
      remoteAddress: outer.socket.remoteAddress ?? '',
    })
    return { status: answer.statusCode, body: answer.json<JsonObject>() }
  }
}
