import type { FastifyRequest } from 'fastify'
import type { Grant } from '../../commands/command-api.ts'
import { contractBounds, type RequestBounds } from '../../domain/limits/request-bounds.ts'
import type { OperationOutcome } from '../telemetry/metrics.ts'
import { type Action, isAuthorised, refuseUnlessAllowed } from './access.ts'
import { noteAction } from './asked-action.ts'
import './fastify-types.ts'
import { defaultHttpOptions, type HttpOptions } from './http-options.ts'
import type { HttpServerDeps } from './http-server-deps.ts'
import { noLimit, take, throwIfRefused } from './limit.ts'
import { RefusalPace } from './refusal-pace.ts'
import { refuseOneTooMany } from './refuse-one-too-many.ts'

/** What the routes share. */
export interface Edge {
  readonly deps: HttpServerDeps
  readonly options: HttpOptions
  /** Aborted when the server begins to close. */
  readonly closing: AbortSignal
  /** Refuses an identity that asks too often: before the body is read, so that a refusal costs little, and the later the oftener. */
  limitRequest(request: FastifyRequest): Promise<void>
  /** Refuses what the identity may not do. */
  permit(request: FastifyRequest, action: Action, namespace: string | null): Promise<void>
  /** The policy's word on namespaces that the request did not name; `undefined` where there is no policy. */
  reachOf(request: FastifyRequest, action: Action): ((namespace: string) => Promise<boolean>) | undefined
  /** How many memories the tenant may still write today; `undefined` where nothing is limited. */
  grantOf(request: FastifyRequest): Grant | undefined
  /** What one request of its tenant may hold. */
  boundsOf(request: FastifyRequest): RequestBounds
  count(operation: string, outcome: OperationOutcome, count: number): void
}

/** What may be the first that is written to a namespace. */
const BEGINS_NAMESPACE: ReadonlySet<Action> = new Set(['remember', 'configure'])

export function createEdge(deps: HttpServerDeps, closing: AbortSignal): Edge {
  const limit = deps.limit ?? noLimit
  const refusals = new RefusalPace(closing)
  return {
    deps,
    options: Object.freeze({ ...defaultHttpOptions, ...deps.options }),
    closing,
    async limitRequest(request) {
      const { refusal } = await take(limit, request, { of: 'requests' })
      if (refusal === null) return
      const held = refusals.hold(request.identity.tenant)
      if (held !== null) {
        // It waits for nothing that others could have.
        request.admitted?.release()
        request.unmeasured = true
        await held
      }
      throwIfRefused(refusal)
    },
    async permit(request, action, namespace) {
      noteAction(request.asked, action, namespace)
      refuseUnlessAllowed(request.identity, action, namespace)
      await deps.authorise?.(request.identity, action, namespace)
      if (namespace !== null && BEGINS_NAMESPACE.has(action)) {
        await refuseOneTooMany(deps.limitNamespaces, request.identity.tenant, namespace)
      }
    },
    reachOf({ identity }, action) {
      const { authorise } = deps
      return authorise && ((namespace) => isAuthorised(authorise, identity, action, namespace))
    },
    grantOf(request) {
      return deps.limit && ((count) => take(limit, request, { of: 'memories', count }))
    },
    boundsOf: ({ identity }) => deps.boundsOf?.(identity.tenant) ?? contractBounds,
    count(operation, outcome, count) {
      if (count > 0) deps.metrics.operation(operation, outcome, count)
    },
  }
}
