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

/** `null`: nothing is embedded but by {@link BackgroundEmbedding.embedAll}. */
export function startBackgroundEmbedding(
  deps: EmbeddingFillerDeps,
  options?: EmbeddingFillerOptions | null,
): BackgroundEmbedding {
  const filler = options === null ? null : new EmbeddingFiller(deps, options)
  return {
    async embedAll(signal, tell) {
      const pass = new EmbedPass(deps, deps.embedder)
      await pass.run(signal, tell)
      return pass.progress
    },
    async close() {
      await filler?.close()
    },
  }
}
