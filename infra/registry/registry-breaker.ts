import { type Breaker, BreakerOpenError, createBreaker } from '../breaker/create-breaker.ts'
import { RegistryRefusedError, RegistryUnavailableError } from './registry-errors.ts'

/** Runs calls of the registry, and refuses them at once for 5 s when most of them failed lately. */
export type RegistryBreaker = Pick<Breaker, 'run' | 'close'>

export function createRegistryBreaker(url: string): RegistryBreaker {
  const breaker = createBreaker(`The schema registry at ${url}`, {
    isAnswer: (error) => error instanceof RegistryRefusedError,
  })
  return {
    async run<T>(work: () => Promise<T>): Promise<T> {
      try {
        return await breaker.run(work)
      } catch (error) {
        if (!(error instanceof BreakerOpenError)) throw error
        throw new RegistryUnavailableError(error.message, { cause: error })
      }
    },
    close: () => breaker.close(),
  }
}
