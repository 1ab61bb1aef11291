import { EmbedPass, type EmbedProgress } from '../../commands/embed-pass.ts'
import {
  EmbeddingFiller,
  type EmbeddingFillerDeps,
  type EmbeddingFillerOptions,
} from '../../commands/embedding-filler.ts'

/** What embeds stored memories in a process that has an embedder. */
export interface BackgroundEmbedding {
  /** Embeds now whatever lacks a vector, and resolves when nothing does. Rejects when a part does not answer. */
  embedAll(signal: AbortSignal, tell: (progress: EmbedProgress) => void): Promise<EmbedProgress>
  close(): Promise<void>
}

export function startBackgroundEmbedding(
  deps: EmbeddingFillerDeps,
  options?: EmbeddingFillerOptions,
): BackgroundEmbedding {
  const filler = new EmbeddingFiller(deps, options)
  return {
    async embedAll(signal, tell) {
      const pass = new EmbedPass(deps, deps.embedder)
      await pass.run(signal, tell)
      return pass.progress
    },
    close: () => filler.close(),
  }
}
