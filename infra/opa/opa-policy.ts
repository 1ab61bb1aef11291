import type { Action } from '../../domain/authorisation/action.ts'
import type { Identity } from '../../domain/identity.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Authorise } from '../http/access.ts'
import { DecisionCache } from './decision-cache.ts'
import { createOpaHttp } from './opa-http.ts'

export interface OpaPolicyOptions {
  /** `http(s)://host[:port]`, as SOMABRAIN_OPA_ENDPOINT gives it. */
  readonly endpoint: string
  /** As SOMABRAIN_MODE gives it: policies may differ between modes. */
  readonly mode: string
  /** Of one decision. Default 500. */
  readonly timeoutMs?: number
  /** How long a decision holds, which is how late a change of policy may take effect. Default 2,000. */
  readonly cacheMs?: number
  /** Default 10,000. */
  readonly cacheEntries?: number
  /** Monotonic milliseconds. */
  readonly clock?: () => number
}

/** A policy engine's voice. */
export interface OpaPolicy {
  /** Throws `forbidden` when the policy says no, and `policy_unavailable` when it says nothing. */
  readonly authorise: Authorise
  /** For health: rejects unless the engine answers and has a policy. */
  probe(): Promise<void>
  close(): void
}

/** What a policy sees of a request, under `input`. Adding a member is no break; renaming one is. */
export interface PolicyInput {
  readonly tenant: string
  readonly principal: string
  readonly roles: readonly string[]
  /** That the credential is bound to; `null`: all of the tenant's. */
  readonly namespaces: readonly string[] | null
  readonly action: Action
  /** `null` when the request names none. */
  readonly namespace: string | null
  readonly mode: string
}

const DECISION = '/v1/data/somabrain/allow'
const TIMEOUT_MS = 500
const CACHE_MS = 2_000
const CACHE_ENTRIES = 10_000

/**
 * Asks Open Policy Agent about what the built-in roles allow. It fails closed, and honestly: no answer, and no policy, are
 * 503 and never 403, since nobody said no. There is no breaker around it: a dead engine refuses connections at once, a
 * silent one holds a request for no longer than the timeout, and the first answer after an outage counts.
 */
export function createOpaPolicy(options: OpaPolicyOptions): OpaPolicy {
  const { timeoutMs = TIMEOUT_MS, clock = () => performance.now() } = options
  const http = createOpaHttp(options.endpoint)
  const cache = new DecisionCache({
    ttlMs: options.cacheMs ?? CACHE_MS,
    maxEntries: options.cacheEntries ?? CACHE_ENTRIES,
    clock,
  })
  const ask = async (input: unknown): Promise<boolean> => {
    const result = await http.query(DECISION, input, timeoutMs)
    if (typeof result === 'boolean') return result
    throw new Error(`the policy engine has no decision at ${DECISION}: its policy is not loaded`)
  }
  return {
    async authorise(identity, action, namespace) {
      const input = inputOf(identity, action, namespace, options.mode)
      const allowed = await cache
        .get(JSON.stringify(input), () => ask(input))
        .catch((cause: unknown) => {
          const detail = 'The policy engine gave no decision; nothing was done.'
          throw new ProblemError({ code: 'policy_unavailable', detail, retryAfterSeconds: 1 }, { cause })
        })
      if (!allowed) throw denied(action, namespace)
    },
    async probe() {
      await ask({})
    },
    close: () => http.close(),
  }
}

function inputOf(identity: Identity, action: Action, namespace: string | null, mode: string): PolicyInput {
  const { tenant, principal, roles, namespaces } = identity
  return { tenant, principal, roles, namespaces, action, namespace, mode }
}

const denied = (action: Action, namespace: string | null): ProblemError =>
  new ProblemError({
    code: 'forbidden',
    detail: `The policy does not let this credential ${action}${namespace === null ? '' : ` in the namespace ${namespace}`}`,
  })
