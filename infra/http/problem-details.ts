import type { Problem } from '../../domain/problem.ts'
import { problemCatalogue } from '../../domain/problem-catalogue.ts'

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

/** RFC 9457. Members of the problem stand beside these. */
export interface ProblemDetails {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly field?: string
  readonly expected?: string
  readonly retryable: boolean
  /** The id of the request, as in the header `x-request-id` and in the log. */
  readonly instance: string
}

export interface ProblemAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: ProblemDetails
}

/** The one mapper from a problem to its HTTP answer. */
export function problemAnswer(problem: Problem, requestId: string): ProblemAnswer {
  const { status, title, retryable, whatToDo } = problemCatalogue[problem.code]
  const headers: Record<string, string> = {}
  if (problem.retryAfterSeconds !== undefined || retryable) {
    headers['retry-after'] = String(Math.max(1, Math.ceil(problem.retryAfterSeconds ?? 1)))
  }
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="somabrain"'
  const { field, expected } = problem
  const body: ProblemDetails = {
    type: `/docs/errors#${problem.code}`,
    title,
    status,
    detail: problem.detail,
    code: problem.code,
    ...(field === undefined ? {} : { field }),
    expected: expected ?? whatToDo,
    retryable,
    instance: `urn:request:${requestId}`,
    ...problem.members,
  }
  return { status, headers, body }
}

/** A problem as the result of one item of a batch. */
export function itemError(problem: Problem): Record<string, unknown> {
  const { code, detail, field, expected } = problem
  const { retryable } = problemCatalogue[code]
  return { code, detail, field, expected, retryable, ...problem.members }
}
