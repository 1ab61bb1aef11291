import type { IncomingHttpHeaders } from 'node:http'
import type { Identity } from '../../../domain/identity.ts'
import { type Problem, ProblemError } from '../../../domain/problem.ts'
import type { AuthFailureReason } from './auth-failure-reasons.ts'

/** Tells who asks. Throws an {@link AuthenticationError} when no valid credential came. */
export interface Authenticator {
  authenticate(headers: IncomingHttpHeaders, remoteAddress: string): Identity | Promise<Identity>
}

/** `reason` is the label of `somabrain_auth_failures_total`. */
export class AuthenticationError extends ProblemError {
  readonly reason: AuthFailureReason

  constructor(reason: AuthFailureReason, problem: Problem, options?: { readonly cause?: unknown }) {
    super(problem, options)
    this.name = 'AuthenticationError'
    this.reason = reason
  }
}

export const unauthenticated = (reason: AuthFailureReason, detail: string, expected?: string): AuthenticationError =>
  new AuthenticationError(reason, {
    code: 'unauthenticated',
    detail,
    ...(expected === undefined ? {} : { expected }),
  })

/**
 * Whoever could tell whether the credential is good does not answer. That says nothing against it, so it is no 401: a
 * client that is told 401 throws its credential away.
 */
export const unverifiable = (detail: string, cause: unknown): AuthenticationError =>
  new AuthenticationError(
    'unverifiable',
    { code: 'credentials_unverifiable', detail, retryAfterSeconds: UNVERIFIABLE_RETRY_SECONDS },
    { cause },
  )

const UNVERIFIABLE_RETRY_SECONDS = 5
