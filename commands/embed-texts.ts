import type { Embedding } from '../domain/vector/embedding.ts'
import { quantise } from '../domain/vector/quantise.ts'
import type { Embedder } from './ports/embedder.ts'

/** What a write may wait for its vectors; a memory without one is better than a client that gave up. */
const PATIENCE_MS = 5000

export interface EmbedDeps {
  /** Absent: memories get no vectors. */
  readonly embedder?: Embedder
  /** Told of a fault that an answer went on without. */
  readonly onFault: (fault: unknown) => void
  /** Told how many memories are accepted without the vectors that they should have. */
  readonly onOwed?: (memories: number) => void
}

/**
 * The vectors of texts, `undefined` where there is none. An embedder that does not answer must not stop a write: the
 * memory is accepted without a vector, and gets it later by an `Embed`.
 */
export async function embedTexts(
  { embedder, onFault, onOwed }: EmbedDeps,
  texts: readonly string[],
): Promise<ReadonlyArray<Embedding | undefined>> {
  if (embedder === undefined || texts.length === 0) return texts.map(() => undefined)
  try {
    const vectors = await inTime(embedder.embed(texts))
    return texts.map((_, i) => quantise(embedder.model, vectors[i]!) ?? undefined)
  } catch (fault) {
    onFault(fault)
    onOwed?.(texts.length)
    return texts.map(() => undefined)
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`the embedder did not answer within ${PATIENCE_MS} ms`)), PATIENCE_MS)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
