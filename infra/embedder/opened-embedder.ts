import type { Embedder } from '../../commands/ports/embedder.ts'

/** An embedder in use. It serves the command side, which waits its turn, and queries, which go first. */
export interface OpenedEmbedder extends Embedder {
  /** The vector of a query: before any texts that wait. Rejects as {@link Embedder.embed} does. */
  embedQuery(text: string): Promise<Float32Array>
  /** Rejects, with the reason, when the last call failed. */
  probe(): Promise<void>
  /** Refuses what waits and what is new. */
  close(): Promise<void>
}
