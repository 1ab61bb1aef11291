/** The log did not answer in time. Nothing is known to be wrong with it: the same call may succeed later. */
export class LogUnavailableError extends Error {
  constructor(problem: string, cause: unknown) {
    super(`${problem}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'LogUnavailableError'
  }
}
