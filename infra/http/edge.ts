import type { FastifyRequest } from 'fastify'
import type { OperationOutcome } from '../telemetry/metrics.ts'
import { type Action, noLimit, refuseUnlessAllowed } from './access.ts'
import { noteAction } from './asked-action.ts'
import './fastify-types.ts'
import { defaultHttpOptions, type HttpOptions } from './http-options.ts'
import type { HttpServerDeps } from './http-server-deps.ts'

/** What the routes share. */
export interface Edge {
  readonly deps: HttpServerDeps
  readonly options: HttpOptions
  /** Aborted when the server begins to close. */
  readonly closing: AbortSignal
  /** Refuses an identity that asks too often: before the body is read, so that a refusal costs little. */
  limitRequest(request: FastifyRequest): Promise<void>
  /** Refuses what the identity may not do, or what it may not write any more of. `memories`: how many are written. */
  permit(request: FastifyRequest, action: Action, namespace: string | null, memories?: number): Promise<void>
  count(operation: string, outcome: OperationOutcome, count: number): void
}

export function createEdge(deps: HttpServerDeps, closing: AbortSignal): Edge {
  const limit = deps.limit ?? noLimit
  return {
    deps,
    options: Object.freeze({ ...defaultHttpOptions, ...deps.options }),
    closing,
    async limitRequest(request) {
      await limit(request.identity, { requests: 1, memories: 0 })
    },
    async permit(request, action, namespace, memories = 0) {
      noteAction(request.asked, action, namespace)
      refuseUnlessAllowed(request.identity, action, namespace)
      await deps.authorise?.(request.identity, action, namespace)
      if (memories > 0) await limit(request.identity, { requests: 0, memories })
    },
    count(operation, outcome, count) {
      if (count > 0) deps.metrics.operation(operation, outcome, count)
    },
  }
}
