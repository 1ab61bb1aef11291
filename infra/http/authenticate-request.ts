import type { FastifyRequest } from 'fastify'
import { AuthenticationError } from './auth/authenticator.ts'
import { refuseClaimedIdentity } from './auth/claimed-identity.ts'
import './fastify-types.ts'
import type { HttpServerDeps } from './http-server-deps.ts'

/** Says who asks, on the request. A refusal is counted, and says whose the credential was where that is certain. */
export async function authenticateRequest(deps: HttpServerDeps, request: FastifyRequest): Promise<void> {
  try {
    const { headers, socket } = request
    request.identity = await deps.authenticator.authenticate(headers, socket.remoteAddress ?? '')
    refuseClaimedIdentity(headers, request.identity)
  } catch (error) {
    deps.metrics.authFailure(error instanceof AuthenticationError ? error.reason : 'error')
    if (error instanceof AuthenticationError) request.refusedOwner = error.owner
    throw error
  }
}
