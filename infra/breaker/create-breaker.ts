import CircuitBreaker from 'opossum'

export interface BreakerOptions {
  /** Whether an error is an answer, so that it says nothing against the part. Default: none is. */
  readonly isAnswer?: (error: unknown) => boolean
  /** How long an open breaker leaves the part alone. Default 5 s. */
  readonly resetMs?: number
}

/** Runs calls of one part, and refuses them at once for a while when most of them failed lately. */
export interface Breaker {
  run<T>(work: () => Promise<T>): Promise<T>
  /** Whether calls are refused now. */
  isOpen(): boolean
  close(): void
}

/** The part failed lately and is left alone for a while. */
export class BreakerOpenError extends Error {
  override readonly name = 'BreakerOpenError'
}

/** Below so many calls in 10 s nothing is concluded; opossum's own default, 0, opens at the first failure. */
const VOLUME_THRESHOLD = 5
const ERROR_PERCENTAGE = 50
const RESET_MS = 5_000

/**
 * A circuit breaker around one part that requests wait for: while it is dead they are refused at once, instead of each
 * holding a connection until its time is up. Never around a projector's store, which must wait and not skip.
 */
export function createBreaker(
  part: string,
  { isAnswer = () => false, resetMs = RESET_MS }: BreakerOptions = {},
): Breaker {
  const breaker = new CircuitBreaker((work: () => Promise<unknown>) => work(), {
    // opossum's timeout leaves the work running; each call brings one that ends its request.
    timeout: false,
    volumeThreshold: VOLUME_THRESHOLD,
    errorThresholdPercentage: ERROR_PERCENTAGE,
    resetTimeout: resetMs,
    // True means "no failure" here.
    errorFilter: isAnswer,
  })
  return {
    async run<T>(work: () => Promise<T>): Promise<T> {
      try {
        return (await breaker.fire(work)) as T
      } catch (error) {
        if (!CircuitBreaker.isOurError(error as Error)) throw error
        throw new BreakerOpenError(`${part} failed lately and is left alone for ${resetMs / 1000} s`, { cause: error })
      }
    },
    isOpen: () => breaker.opened,
    close: () => breaker.shutdown(),
  }
}
