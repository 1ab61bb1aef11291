import { LogUnavailableError } from '../../../projections/ports/log-unavailable-error.ts'

/**
 * What `work` comes to, or a `LogUnavailableError` after `ms` or when it fails. kafkajs cannot be told to stop: what it still
 * does then ends by itself, and how changes nothing.
 */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  try {
    return await Promise.race([work, late])
  } catch (error) {
    throw new LogUnavailableError(what, error)
  } finally {
    clearTimeout(timer)
  }
}
