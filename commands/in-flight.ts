import { ProblemError } from '../domain/problem.ts'

/** Commands of this process that are between their arrival and the log's answer. */
export class InFlight {
  readonly #commandIds = new Set<string>()

  /** Enters a command and returns what leaves it again. Throws `request_in_flight` when it is in already. */
  enter(commandId: string): () => void {
    if (this.#commandIds.has(commandId)) {
      throw new ProblemError({
        code: 'request_in_flight',
        detail: 'A request with this idempotency key is still being worked on.',
        retryAfterSeconds: 1,
      })
    }
    this.#commandIds.add(commandId)
    return () => this.#commandIds.delete(commandId)
  }
}
