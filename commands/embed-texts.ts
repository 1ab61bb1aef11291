import type { Embedding } from '../domain/vector/embedding.ts'
import { quantise } from '../domain/vector/quantise.ts'
import type { Embedder } from './ports/embedder.ts'

export interface EmbedDeps {
  /** Absent: memories get no vectors. */
  readonly embedder?: Embedder
  /** Told of a fault that an answer went on without. */
  readonly onFault: (fault: unknown) => void
  /** Told that memories are accepted without the vectors that they should have. */
  readonly onOwed?: () => void
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
    const vectors = await embedder.embed(texts)
    return texts.map((_, i) => quantise(embedder.model, vectors[i]!) ?? undefined)
  } catch (fault) {
    onFault(fault)
    onOwed?.()
    return texts.map(() => undefined)
  }
}
