import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../../commands/command-api.ts'
import { invalidField } from '../../domain/problem.ts'
import type { Action } from './access.ts'
import type { Edge } from './edge.ts'

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/
const PRINTABLE = /^[\x21-\x7e]{1,255}$/

/**
 * Who asks, and the headers that bear on a command. A wait that is granted is said (RFC 7240 §3). `action`: of a request that
 * may leave its namespace out, so that the policy can be asked once it is known; `null` where the request always names one.
 */
export function callerOf(
  edge: Edge,
  request: FastifyRequest,
  reply: FastifyReply,
  action: Action | null = null,
): Caller {
  // An erasure is answered by a receipt that is fetched later: nothing is waited for.
  const waitMs = action === 'erase' ? null : waitOf(header(request, 'prefer'), edge.options.maxWaitMs)
  if (waitMs !== null) {
    request.unmeasured = true
    reply.header('preference-applied', `wait=${waitMs / 1000}`)
  }
  const reach = action === null ? undefined : edge.reachOf(request, action)
  return {
    identity: request.identity,
    idempotencyKey: idempotencyKeyOf(header(request, 'idempotency-key')),
    traceparent: traceparentOf(request),
    waitMs,
    ...(reach === undefined ? {} : { reach }),
  }
}

/** {@link callerOf} for what writes memories: how many the tenant may still write counts when they turn out to be new. */
export function writerOf(edge: Edge, request: FastifyRequest, reply: FastifyReply): Caller {
  const grant = edge.grantOf(request)
  const caller = callerOf(edge, request, reply)
  return grant === undefined ? caller : { ...caller, grant }
}

/** `traceparent` (W3C Trace Context) when it is one. */
export function traceparentOf(request: FastifyRequest): string | null {
  const traceparent = header(request, 'traceparent')
  return traceparent !== null && TRACEPARENT.test(traceparent) ? traceparent : null
}

function header(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name]
  return value === undefined ? null : String(value)
}

function idempotencyKeyOf(key: string | null): string | null {
  if (key !== null && !PRINTABLE.test(key)) {
    throw invalidField('Idempotency-Key', 'The Idempotency-Key is not valid', '1 to 255 printable ASCII characters')
  }
  return key
}

/** `Prefer: wait=2` (RFC 7240 §4.3) in milliseconds. A preference that is not understood is ignored, as the RFC asks. */
function waitOf(prefer: string | null, maxMs: number): number | null {
  if (prefer === null) return null
  const match = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?(?=$|[,;\s])/i.exec(prefer)
  if (match === null) return null
  const ms = Math.min(Number(match[1]) * 1000, maxMs)
  return ms === 0 ? null : ms
}
