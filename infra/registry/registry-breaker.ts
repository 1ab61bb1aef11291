import CircuitBreaker from 'opossum'
import { RegistryRefusedError, RegistryUnavailableError } from './registry-errors.ts'

/** Below so many calls in 10 s nothing is concluded; opossum's own default, 0, opens at the first failure. */
const VOLUME_THRESHOLD = 5
const ERROR_PERCENTAGE = 50
const RESET_TIMEOUT_MS = 5_000

/** Runs calls of the registry, and refuses them at once for 5 s when most of them failed lately. */
export interface RegistryBreaker {
  run<T>(work: () => Promise<T>): Promise<T>
  close(): void
}

export function createRegistryBreaker(url: string): RegistryBreaker {
  const breaker = new CircuitBreaker((work: () => Promise<unknown>) => work(), {
    // opossum's timeout leaves the work running; each call brings one that ends its request.
    timeout: false,
    volumeThreshold: VOLUME_THRESHOLD,
    errorThresholdPercentage: ERROR_PERCENTAGE,
    resetTimeout: RESET_TIMEOUT_MS,
    // A refusal is an answer: true means "no failure" here.
    errorFilter: (error: unknown) => error instanceof RegistryRefusedError,
  })
  return {
    async run<T>(work: () => Promise<T>): Promise<T> {
      try {
        return (await breaker.fire(work)) as T
      } catch (error) {
        if (!CircuitBreaker.isOurError(error as Error)) throw error
        throw new RegistryUnavailableError(`The schema registry at ${url} failed lately and is left alone for 5 s`, {
          cause: error,
        })
      }
    },
    close: () => breaker.shutdown(),
  }
}
