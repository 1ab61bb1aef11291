import { type Problem, ProblemError } from '../../domain/problem.ts'

/** Characters of a part of the path that the router takes for a name or an id. */
export const MAX_PATH_PART = 256

/** What fastify refuses by itself, in the terms of the catalogue. */
const fastifyProblems: Readonly<Record<string, (error: Error, limitBytes: number) => Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (_error, limitBytes) => ({
    code: 'body_too_large',
    detail: `The body is larger than ${limitBytes} bytes`,
    field: 'body',
    expected: `at most ${limitBytes} bytes`,
  }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => ({
    code: 'unsupported_media_type',
    detail: 'The Content-Type is not one that this route reads',
    field: 'Content-Type',
    expected: 'application/json',
  }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => ({
    code: 'malformed_request',
    detail: 'The body is shorter than Content-Length says',
    field: 'Content-Length',
  }),
  FST_ERR_BAD_URL: () => ({
    code: 'malformed_request',
    detail: 'The path is not percent-encoded UTF-8',
    field: 'path',
    expected: 'a path in which each % begins an escape of two hex digits (RFC 3986)',
  }),
  FST_ERR_MAX_PARAM_LENGTH: () => ({
    code: 'malformed_request',
    detail: 'A part of the path is longer than any name or id',
    field: 'path',
    expected: `parts of at most ${MAX_PATH_PART} characters`,
  }),
  ECONNRESET: () => ({ code: 'malformed_request', detail: 'The client ended the request before its end' }),
}

/** The problem that an error comes to. What nobody foresaw is `internal`, and its message stays inside. */
export function problemOfError(error: unknown, limitBytes: number): Problem {
  if (error instanceof ProblemError) return error.problem
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const known = fastifyProblems[error.code]
    if (known !== undefined) return known(error, limitBytes)
  }
  return { code: 'internal', detail: 'The request met a fault of the server; its log has the request id' }
}
