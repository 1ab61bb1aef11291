/** An embedder did not answer, or not with vectors that can be used. */
export class EmbedderError extends Error {
  override readonly name = 'EmbedderError'
}
