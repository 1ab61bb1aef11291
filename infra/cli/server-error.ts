/** The server answered with a problem (RFC 9457), or with something that is none. */
export class ServerProblemError extends Error {
  readonly status: number
  /** The stable code of docs/reference/errors.md; `unknown` when the answer has none. */
  readonly code: string
  readonly retryAfterSeconds: number | null

  constructor(status: number, code: string, message: string, retryAfterSeconds: number | null) {
    super(message)
    this.name = 'ServerProblemError'
    this.status = status
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Nobody answered: no server listens there, or the connection broke. */
export class UnreachableError extends Error {
  readonly url: string

  constructor(url: string, cause: unknown) {
    super(`no server answers at ${url}`, { cause })
    this.name = 'UnreachableError'
    this.url = url
  }
}
