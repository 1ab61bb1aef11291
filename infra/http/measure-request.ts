import type { FastifyReply, FastifyRequest } from 'fastify'
import type { OperationOutcome } from '../telemetry/metrics.ts'
import type { Edge } from './edge.ts'

const VERSION_PREFIX = /^\/v1(?=\/|$)/

/** The client went away before the answer was through (as nginx counts it). */
const CLIENT_CLOSED_REQUEST = 499

/** Counts a request once it is over. */
export function measureRequest(edge: Edge, request: FastifyRequest, reply: FastifyReply): void {
  const { metrics } = edge.deps
  const { config } = request.routeOptions
  const endpoint = endpointOf(request)
  const status = statusOf(reply)
  const measured = !request.unmeasured && !asksToWait(request) && request.problemCode !== 'not_yet_visible'
  metrics.request({
    method: request.method,
    endpoint,
    status,
    seconds: measured ? reply.elapsedTime / 1000 : null,
  })
  if (request.problemCode !== null) metrics.problem(endpoint, request.problemCode)
  if (config.operation !== undefined) edge.count(config.operation, outcomeOf(status, request.problemCode), 1)
}

/**
 * Whether it has an `after`: as with `Prefer: wait`, how long that takes is what was asked for, and says nothing of how fast
 * answers are.
 */
const asksToWait = ({ body, query }: FastifyRequest): boolean => hasAfter(body) || hasAfter(query)

const hasAfter = (part: unknown): boolean =>
  typeof part === 'object' && part !== null && 'after' in part && part.after !== null

/** As it was answered, or 499. */
export const statusOf = (reply: FastifyReply): number =>
  isThrough(reply) ? reply.raw.statusCode : CLIENT_CLOSED_REQUEST

/** A request of this process to itself (a tool's call) has no socket through which its answer could go. */
const isThrough = ({ raw }: FastifyReply): boolean =>
  raw.writableFinished || ('isLightMyRequest' in raw && raw.writableEnded)

const endpoints = new Map<string, string>()

/** The route template without `/v1`; one label for all that no route matches, so that callers cannot invent labels. */
export function endpointOf(request: FastifyRequest): string {
  const { url } = request.routeOptions
  if (url === undefined || request.is404) return 'unmatched'
  let endpoint = endpoints.get(url)
  if (endpoint === undefined) {
    endpoint = url.replace(VERSION_PREFIX, '').replace(/:(\w+)/g, '{$1}') || '/'
    endpoints.set(url, endpoint)
  }
  return endpoint
}

export function outcomeOf(status: number, problemCode: string | null): OperationOutcome {
  if (status < 400) return 'success'
  return status >= 500 && problemCode !== 'not_yet_visible' ? 'error' : 'rejected'
}
