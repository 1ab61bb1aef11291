import { EmbedderError } from './embedder-error.ts'

/** Rejects when the work takes longer; the work goes on, and what it comes to is dropped. */
export async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new EmbedderError(`no answer within ${timeoutMs} ms`, 'timeout')), timeoutMs)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
