import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ProblemError } from '../../domain/problem.ts'
import type { Edge } from './edge.ts'
import { FairGate } from './fair-gate.ts'
import { isStreamed } from './is-streamed.ts'
import { TenantsInFlight } from './tenants-in-flight.ts'

/**
 * Where tenants are limited, what one of them has in flight is bounded, and what is ready to be worked on is taken in turns:
 * within their limits, many requests of one tenant must not be a queue that all others stand in.
 */
export function installTenantFairness(app: FastifyInstance, edge: Edge): void {
  if (edge.deps.limit === undefined) return
  const { maxInFlightPerTenant, maxActiveRequests, maxActivePerTenant, maxActiveMs } = edge.options
  const inFlight = new TenantsInFlight(maxInFlightPerTenant)
  const gate = new FairGate(maxActiveRequests, maxActivePerTenant, maxActiveMs)
  app.addHook('onRequest', (request, reply, done) => {
    if (!isOfTenant(request)) return done()
    const leave = inFlight.enter(request.identity.tenant)
    if (leave === null) return done(tooMuchInFlight())
    reply.raw.once('close', leave)
    done()
  })
  // Once the body is there: who sends slowly must not hold a place.
  app.addHook('preHandler', async (request, reply) => {
    if (!isOfTenant(request) || waitsByItself(request)) return
    const turn = gate.enter(request.identity.tenant)
    reply.raw.once('close', turn.leave)
    await turn.ready
  })
}

const isOfTenant = ({ routeOptions: { config }, is404 }: FastifyRequest): boolean =>
  config.open !== true && config.probe !== true && !is404

const READS: ReadonlySet<string | undefined> = new Set([undefined, 'recall', 'context', 'plan', 'list', 'read'])

/** Mostly idle for as long as it lasts: a stream, a write's wait for the fold, a call that this server makes to itself. */
function waitsByItself(request: FastifyRequest): boolean {
  const { operation, asksRoutes } = request.routeOptions.config
  if (isStreamed(request) || asksRoutes === true) return true
  return !READS.has(operation) && /\bwait\s*=/i.test(request.headers.prefer?.toString() ?? '')
}

const tooMuchInFlight = (): ProblemError =>
  new ProblemError({
    code: 'rate_limited',
    detail: 'As much of this tenant is in flight as may be at once',
    retryAfterSeconds: 1,
    members: { quota: 'in_flight' },
  })
