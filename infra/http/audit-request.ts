import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RefusedItems } from '../../domain/audit/refused-items.ts'
import { isWrite } from '../../domain/authorisation/action.ts'
import type { GatheredOperation } from '../audit/operation-gatherer.ts'
import { traceparentOf } from './caller.ts'
import type { Edge } from './edge.ts'
import { endpointOf, statusOf } from './measure-request.ts'

/** Counts what answers hold, for the audit. */
export function installAudit(app: FastifyInstance): void {
  app.decorateRequest('results', null)
  app.decorateRequest('refusals', null)
  app.addHook('onRequest', (request, _reply, done) => {
    request.asked = []
    done()
  })
  app.addHook('preSerialization', (request, _reply, payload, done) => {
    request.results = lengthOf(payload)
    done(null, payload)
  })
}

/**
 * Audits a request once it is over: reads, refusals, administration. What the log took is audited by the log itself. Probes
 * and what needs no credential are nobody's action.
 */
export function auditRequest(edge: Edge, request: FastifyRequest, reply: FastifyReply): void {
  const { audit } = edge.deps
  const { config } = request.routeOptions
  if (audit === undefined || request.is404 || config.open === true) return
  const status = statusOf(reply)
  const refusedItems = takeRefusals(request)
  for (const one of asked(request)) {
    const refused = one.action === 'remember' ? refusedItems : null
    if (refused === null && isElsewhere(one.action, status, request, reply)) continue
    audit.record(operationOf(edge, request, one, status, refused))
  }
}

/** Audits what was refused of a stream so far; the rest of it goes on. */
export function auditRefusedSoFar(edge: Edge, request: FastifyRequest, reply: FastifyReply): void {
  const refused = takeRefusals(request)
  if (refused === null) return
  for (const one of asked(request)) {
    edge.deps.audit?.record(operationOf(edge, request, one, reply.raw.statusCode, refused))
  }
}

function operationOf(
  edge: Edge,
  request: FastifyRequest,
  { action, namespace }: Asked,
  status: number,
  refused: RefusedItems | null,
): GatheredOperation {
  const identity = (request.identity as FastifyRequest['identity'] | undefined) ?? request.refusedOwner
  return {
    at: edge.deps.now(),
    tenant: identity?.tenant ?? null,
    principal: identity?.principal ?? null,
    credential: identity?.credential ?? null,
    action,
    method: request.method,
    route: endpointOf(request),
    namespace,
    status,
    code: request.problemCode,
    results: request.problemCode === null ? request.results : null,
    subject: null,
    requestId: request.id,
    traceparent: traceparentOf(request),
    refused,
  }
}

/** Each of them is audited once. */
function takeRefusals(request: FastifyRequest): RefusedItems | null {
  const refused = request.refusals?.items() ?? null
  request.refusals = null
  return refused
}

interface Asked {
  readonly action: string
  readonly namespace: string | null
}

/** A request that was refused before it came to say what it wants is audited by what its route is for. */
const asked = (request: FastifyRequest): readonly Asked[] =>
  request.asked.length > 0
    ? request.asked
    : [{ action: request.routeOptions.config.operation ?? 'unknown', namespace: null }]

/** Whether the log has a record of it, or it is a scrape. */
function isElsewhere(action: string, status: number, request: FastifyRequest, reply: FastifyReply): boolean {
  if (status >= 400) return false
  if (action === 'metrics') return true
  if (!isWrite(action)) return false
  // Nothing was written: an answer was given again, or what would be written was counted.
  return reply.getHeader('idempotent-replayed') === undefined && !isDryRun(request.body)
}

const isDryRun = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'dry_run' in body && body.dry_run === true

const LISTS = ['results', 'items', 'steps'] as const

function lengthOf(payload: unknown): number | null {
  if (typeof payload !== 'object' || payload === null) return null
  for (const name of LISTS) {
    const list: unknown = (payload as Readonly<Record<string, unknown>>)[name]
    if (Array.isArray(list)) return list.length
  }
  return null
}
