import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Identity } from '../../domain/identity.ts'
import { type Problem, ProblemError } from '../../domain/problem.ts'

/** A limit that holds for a tenant, as `RateLimit` headers tell it. */
export interface Quota {
  readonly name: 'requests' | 'memories'
  readonly limit: number
  readonly windowSeconds: number
  readonly remaining: number
  /** Until all of it is there again. */
  readonly resetSeconds: number
}

/** What a request costs: itself when it begins, memories when it turns out how many it writes. */
export type Cost = { readonly of: 'requests' } | { readonly of: 'memories'; readonly count: number }

export interface LimitDecision {
  /** Of what was asked for: the request (1 or 0), or so many memories from the first on. */
  readonly granted: number
  /** Limits that bear on it; none: it is not limited. */
  readonly quotas: readonly Quota[]
  /** When not all was granted. */
  readonly retryAfterSeconds: number
}

/** Counts what a tenant does, and says how much of it is granted. */
export type Limit = (identity: Identity, cost: Cost) => LimitDecision | Promise<LimitDecision>

/** For one trusted user: nothing is counted. */
export const noLimit: Limit = (_identity, cost) => ({
  granted: cost.of === 'requests' ? 1 : cost.count,
  quotas: [],
  retryAfterSeconds: 0,
})

/** Takes what a request costs. Returns how much is granted, and the refusal of the rest, `null` when there is none. */
export async function take(
  limit: Limit,
  request: FastifyRequest,
  cost: Cost,
): Promise<{ readonly granted: number; readonly refusal: Problem | null }> {
  const decision = await limit(request.identity, cost)
  const isAsked = ({ name }: Quota): boolean => decision.quotas.some((quota) => quota.name === name)
  if (decision.quotas.length > 0) {
    request.quotas = [...request.quotas.filter((quota) => !isAsked(quota)), ...decision.quotas]
  }
  const asked = cost.of === 'requests' ? 1 : cost.count
  return { granted: decision.granted, refusal: decision.granted < asked ? rateLimited(decision, cost) : null }
}

export function throwIfRefused(refusal: Problem | null): void {
  if (refusal !== null) throw new ProblemError(refusal)
}

function rateLimited({ quotas, retryAfterSeconds }: LimitDecision, cost: Cost): Problem {
  const limit = quotas.find(({ name }) => name === cost.of)?.limit ?? 0
  const detail =
    cost.of === 'requests'
      ? `The tenant asks faster than it may; ${limit} requests at once are allowed`
      : `The tenant may write ${limit} memories in a day (UTC)`
  return { code: 'rate_limited', detail, retryAfterSeconds, members: { quota: cost.of } }
}

/**
 * `RateLimit-Policy` and `RateLimit` on every answer to a request that a limit bears on (draft-ietf-httpapi-ratelimit-headers
 * -10): what the limits are, what is left, and in how many seconds all of it is there again.
 */
export function installRateLimitHeaders(app: FastifyInstance): void {
  app.decorateRequest('quotas')
  app.addHook('onRequest', (request, _reply, done) => {
    request.quotas = []
    done()
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    const { quotas } = request
    if (quotas.length > 0) {
      reply.header('ratelimit-policy', quotas.map(policyOf).join(', '))
      reply.header('ratelimit', quotas.map(stateOf).join(', '))
    }
    done()
  })
}

const policyOf = ({ name, limit, windowSeconds }: Quota): string =>
  `"${name}";q=${limit};w=${Math.max(1, Math.ceil(windowSeconds))}`

const stateOf = ({ name, remaining, resetSeconds }: Quota): string =>
  `"${name}";r=${remaining};t=${Math.ceil(resetSeconds)}`
