import type { IncomingHttpHeaders } from 'node:http'
import type { Identity } from '../../../domain/identity.ts'
import { type Problem, ProblemError } from '../../../domain/problem.ts'
import type { AuthFailureReason } from './auth-failure-reasons.ts'

/** Tells who asks. Throws an {@link AuthenticationError} when no valid credential came. */
export interface Authenticator {
  authenticate(headers: IncomingHttpHeaders, remoteAddress: string): Identity | Promise<Identity>
}

/**
 * Whom a refused credential provably belongs to: it is one that was made here, or a signature that is right says so. The
 * refusal stands in that tenant's audit; the answer tells nothing of it.
 */
export interface CredentialOwner {
  readonly tenant: string
  readonly principal: string | null
  /** Which credential it is; nothing that could be used as one. */
  readonly credential?: string
}

/** `reason` is the label of `somabrain_auth_failures_total`. */
export class AuthenticationError extends ProblemError {
  readonly reason: AuthFailureReason
  /** `null`: it could be anybody's. */
  readonly owner: CredentialOwner | null

  constructor(
    reason: AuthFailureReason,
    problem: Problem,
    options?: { readonly cause?: unknown; readonly owner?: CredentialOwner | null },
  ) {
    super(problem, options)
    this.name = 'AuthenticationError'
    this.reason = reason
    this.owner = options?.owner ?? null
  }
}

export const unauthenticated = (
  reason: AuthFailureReason,
  detail: string,
  { expected, owner = null }: { readonly expected?: string; readonly owner?: CredentialOwner | null } = {},
): AuthenticationError =>
  new AuthenticationError(
    reason,
    { code: 'unauthenticated', detail, ...(expected === undefined ? {} : { expected }) },
    { owner },
  )

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
