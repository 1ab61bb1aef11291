import { setTimeout as delay } from 'node:timers/promises'
import { createBreaker } from '../../breaker/create-breaker.ts'
import { EmbedderError } from '../embedder-error.ts'
import type { OpenedEmbedder } from '../opened-embedder.ts'
import { type EmbeddingsService, PassingFaultError, requestEmbeddings } from './embeddings-request.ts'

export interface OpenAiOptions {
  /** Of one call for memories; default 4 s. */
  readonly timeoutMs?: number
  /** Of a query, which is not tried again: recall goes on without it. Default 1 s. */
  readonly queryTimeoutMs?: number
  /** Calls of one piece of work; default 3. */
  readonly tries?: number
  /** Before the second call, doubled before each further one; default 200 ms. */
  readonly backoffMs?: number
  /** How long the breaker leaves a failing service alone. */
  readonly resetMs?: number
}

/** Texts of one call: fewer than any service's limit that is known to us. */
const MAX_TEXTS = 128
const MAX_WAIT_MS = 2000

const defaults = { timeoutMs: 4000, queryTimeoutMs: 1000, tries: 3, backoffMs: 200 }

/** Any service with OpenAI's `/embeddings`. It need not answer at start: memories get their vectors later then. */
export function openOpenAiEmbedder(service: EmbeddingsService, options: OpenAiOptions = {}): OpenedEmbedder {
  const { timeoutMs, queryTimeoutMs, tries, backoffMs } = { ...defaults, ...options }
  const breaker = createBreaker('The embedder', options.resetMs === undefined ? {} : { resetMs: options.resetMs })
  const closed = new AbortController()
  const dimension = sameDimension()
  let failure: Error | null = null

  const call = async (texts: readonly string[], timeout: number): Promise<readonly Float32Array[]> => {
    if (closed.signal.aborted) throw new EmbedderError('The embedder is closed')
    try {
      const vectors = await breaker.run(async () => dimension(await requestEmbeddings(service, texts, timeout)))
      failure = null
      return vectors
    } catch (error) {
      failure = error as Error
      throw error
    }
  }
  return {
    model: service.model,
    async embed(texts) {
      const vectors: Float32Array[] = []
      for (let at = 0; at < texts.length; at += MAX_TEXTS) {
        const some = texts.slice(at, at + MAX_TEXTS)
        vectors.push(...(await persistently(() => call(some, timeoutMs), { tries, backoffMs, signal: closed.signal })))
      }
      return vectors
    },
    embedQuery: async (text) => (await call([text], queryTimeoutMs))[0]!,
    async probe() {
      if (failure !== null) throw failure
    },
    async close() {
      closed.abort()
      breaker.close()
    },
  }
}

/** A service that changes its model under one name would mix vectors that cannot be compared. */
function sameDimension(): (vectors: readonly Float32Array[]) => readonly Float32Array[] {
  let known: number | null = null
  return (vectors) => {
    for (const { length } of vectors) {
      known ??= length
      if (length !== known)
        throw new EmbedderError(
          `The service gave vectors of ${known} dimensions, and now of ${length}`,
          'invalid_answer',
        )
    }
    return vectors
  }
}

interface Patience {
  readonly tries: number
  readonly backoffMs: number
  readonly signal: AbortSignal
}

/** Tries again what may pass, a little later each time, or when the service asked for; an open breaker is not waited for. */
async function persistently<T>(work: () => Promise<T>, { tries, backoffMs, signal }: Patience): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const passes = error instanceof PassingFaultError
      if (!passes || attempt >= tries || signal.aborted) throw error
      // Half of it by chance, so that clients that failed together do not come back together.
      const backoff = backoffMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2)
      await delay(Math.min(error.retryAfterMs ?? backoff, MAX_WAIT_MS), undefined, { signal }).catch(() => {
        throw error
      })
    }
  }
}
