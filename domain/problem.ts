import { type ProblemCode, problemCatalogue } from './problem-catalogue.ts'

/** Why a request is refused, in the terms of the catalogue; `infra/http` turns it into RFC 9457 problem details. */
export interface Problem {
  readonly code: ProblemCode
  /** One sentence for the person who reads it: what is wrong with this request. */
  readonly detail: string
  /** The field at fault, as the caller spelled it: `items[3].content`, `filters.$and[0].tags`. */
  readonly field?: string
  /** What would be valid there. */
  readonly expected?: string
  readonly retryAfterSeconds?: number
  /** Further members of the answer, such as the ids that a retry needs. */
  readonly members?: Readonly<Record<string, unknown>>
}

/** Carries a {@link Problem} to whoever answers the request. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem, options?: { readonly cause?: unknown }) {
    super(`${problem.code}: ${problem.detail}`, options)
    this.name = 'ProblemError'
    this.problem = problem
  }

  get status(): number {
    return problemCatalogue[this.problem.code].status
  }
}

/** A field of the request is not valid. `field` is its path as the caller spelled it. */
export const invalidField = (field: string, detail: string, expected: string): ProblemError =>
  new ProblemError({ code: 'invalid_request', detail, field, expected })
