/** One kind of refusal. Codes are API: documented in docs/reference/errors.md, never renamed, never reused. */
interface ProblemKind {
  readonly status: number
  readonly title: string
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  readonly whatToDo: string
}

const kind = (status: number, retryable: boolean, title: string, whatToDo: string): ProblemKind => ({
  status,
  title,
  retryable,
  whatToDo,
})

export const problemCatalogue = {
  malformed_request: kind(400, false, 'The request cannot be read', 'Correct the request line and the headers.'),
  malformed_body: kind(400, false, 'The body cannot be read', 'Send well-formed JSON in UTF-8.'),
  invalid_request: kind(
    400,
    false,
    'A field is not valid',
    'Correct the field that `field` names; `expected` says what is valid.',
  ),
  unknown_field: kind(
    400,
    false,
    'A field is not known',
    'Remove the field that `field` names, or correct its spelling.',
  ),
  invalid_cursor: kind(
    400,
    false,
    'The cursor is not valid here',
    'Use `next_cursor` of the last page unchanged, with the same filters, or start without a cursor.',
  ),
  invalid_position: kind(
    400,
    false,
    'The position is not valid here',
    'Use a `position` that this server returned for the same namespace.',
  ),
  unauthenticated: kind(401, false, 'No valid credential', 'Send `Authorization: Bearer <token>`.'),
  forbidden: kind(403, false, 'Not allowed', 'Ask an administrator for the role or namespace.'),
  too_many_namespaces: kind(
    403,
    false,
    'The tenant has as many namespaces as it may',
    'Write to one of the namespaces of `GET /namespaces`, or have SOMABRAIN_NAMESPACE_LIMIT raised.',
  ),
  not_found: kind(404, false, 'No such route', 'See /openapi.json for the routes.'),
  memory_not_found: kind(404, false, 'No such memory', 'Check the id; it may have been erased.'),
  command_not_found: kind(
    404,
    false,
    'No such command',
    'Check the id; a command that was accepted a moment ago appears once it is folded.',
  ),
  namespace_not_found: kind(
    404,
    false,
    'No such namespace',
    'A namespace exists from its first memory on; see GET /namespaces.',
  ),
  subject_not_found: kind(
    404,
    false,
    'No such data subject',
    'Check the subject, and the namespace when one is named: nothing was ever stored under it.',
  ),
  receipt_not_found: kind(
    404,
    false,
    'No such receipt',
    'Check the id; a receipt stands for an erasure that this tenant asked for.',
  ),
  method_not_allowed: kind(405, false, 'The method is not allowed here', 'Use a method that the `Allow` header names.'),
  request_timeout: kind(408, true, 'The request came too slowly', 'Send the whole request without long pauses.'),
  request_in_flight: kind(
    409,
    true,
    'The same request is still being worked on',
    'Retry after the time that Retry-After names.',
  ),
  refused: kind(409, false, 'The command was refused', 'See `reason`.'),
  body_too_large: kind(413, false, 'The body is too large', 'Send less at once: `expected` states the limit.'),
  unsupported_media_type: kind(
    415,
    false,
    'The content type is not supported',
    'Send application/json (or application/x-ndjson to /remember/batch).',
  ),
  idempotency_conflict: kind(
    422,
    false,
    'The idempotency key was used for another request',
    'Use a new key for a new request.',
  ),
  rate_limited: kind(429, true, 'Too many requests', 'Retry after the time that Retry-After names.'),
  headers_too_large: kind(431, false, 'The headers are too large', 'Send fewer or shorter headers.'),
  internal: kind(500, false, 'The server has a fault', 'Report it with the request id.'),
  overloaded: kind(503, true, 'The server has too much in flight', 'Retry after the time that Retry-After names.'),
  log_unavailable: kind(
    503,
    true,
    'The log cannot be written',
    'Nothing was stored. Retry; if it persists, see /health.',
  ),
  outcome_unknown: kind(
    503,
    true,
    'It is not known whether the log has it',
    'Retry with the `idempotency_key` of this answer: nothing is stored twice.',
  ),
  store_unavailable: kind(503, true, 'Long-term memory does not answer', 'Retry; if it persists, see /health.'),
  policy_unavailable: kind(503, true, 'The policy engine does not answer', 'Retry; if it persists, see /health.'),
  not_yet_visible: kind(
    503,
    true,
    'The asked position is not folded yet',
    'Retry after the time that Retry-After names.',
  ),
  key_missing: kind(
    503,
    false,
    'A data key is missing',
    'Restore the keys (keys.db) from a backup: the namespace stays closed until then.',
  ),
  credentials_unverifiable: kind(
    503,
    true,
    'The credential cannot be checked now',
    'Keep the credential and retry after the time that Retry-After names.',
  ),
  view_lost: kind(503, true, 'The namespace has to be loaded again', 'Retry after the time that Retry-After names.'),
  starting: kind(503, true, 'The server has not started yet', 'Retry; `/startup` says what it waits for.'),
  shutting_down: kind(503, true, 'The server is shutting down', 'Retry; another process, or the next start, answers.'),
} as const satisfies Record<string, ProblemKind>

export type ProblemCode = keyof typeof problemCatalogue
