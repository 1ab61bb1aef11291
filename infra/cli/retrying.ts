import { problemCatalogue } from '../../domain/problem-catalogue.ts'
import { ServerProblemError, UnreachableError } from './server-error.ts'

export interface RetryOptions {
  readonly sleep: (ms: number) => Promise<void>
  /** Tells why there is a wait, for the person who looks on. */
  readonly onWait: (reason: string, ms: number) => void
  /** How many times in a row it may fail. */
  readonly attempts: number
}

const MAX_WAIT_MS = 30_000

const isRetryableCode = (code: string, status: number): boolean => {
  const known = Object.entries(problemCatalogue).find(([name]) => name === code)
  return known === undefined ? status === 429 || status === 503 : known[1].retryable
}

/** Whether the same request may succeed later. Requests carry idempotency keys, so one that broke off may be sent again. */
export const isWorthRetrying = (error: unknown): error is ServerProblemError | UnreachableError =>
  error instanceof UnreachableError ||
  (error instanceof ServerProblemError && isRetryableCode(error.code, error.status))

/** What Retry-After says, else 0.5 s, doubling, at most 30 s. */
export function waitBeforeRetry(error: ServerProblemError | UnreachableError, attempt: number): number {
  const asked = error instanceof ServerProblemError ? error.retryAfterSeconds : null
  if (asked !== null) return Math.min(MAX_WAIT_MS, Math.max(50, asked * 1000))
  return Math.min(MAX_WAIT_MS, 500 * 2 ** attempt)
}

/** Runs `attempt` until it succeeds, fails for good, or has failed `attempts` times in a row. */
export async function retrying<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt()
    } catch (error) {
      if (!isWorthRetrying(error) || failures + 1 >= options.attempts) throw error
      const ms = waitBeforeRetry(error, failures)
      options.onWait(error.message, ms)
      await options.sleep(ms)
    }
  }
}
