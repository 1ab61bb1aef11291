import type { IncomingHttpHeaders } from 'node:http'
import type { Identity } from '../../../domain/identity.ts'
import { type Problem, ProblemError } from '../../../domain/problem.ts'

/** Tells who asks. Throws an {@link AuthenticationError} when no valid credential came. */
export interface Authenticator {
  authenticate(headers: IncomingHttpHeaders, remoteAddress: string): Identity | Promise<Identity>
}

/** `reason` is the label of `somabrain_auth_failures_total`: one of a few fixed words. */
export class AuthenticationError extends ProblemError {
  readonly reason: string

  constructor(reason: string, problem: Problem) {
    super(problem)
    this.name = 'AuthenticationError'
    this.reason = reason
  }
}

export const unauthenticated = (reason: string, detail: string): AuthenticationError =>
  new AuthenticationError(reason, { code: 'unauthenticated', detail })
