import { KeyLogError } from './key-log-error.ts'

/**
 * What `work` comes to, or a {@link KeyLogError} after `ms`. kafkajs cannot be told to stop: what it still does then goes
 * on by itself, and how it ends changes nothing.
 */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new KeyLogError(`${what}: no answer within ${ms} ms`)), ms)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
