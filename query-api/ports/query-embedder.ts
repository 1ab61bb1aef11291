/** Makes the vector of a query, by the model whose vectors the views hold. */
export interface QueryEmbedder {
  readonly model: string
  /** Of any length but zero. Rejects in bounded time when it does not answer. */
  embedQuery(text: string): Promise<Float32Array>
}
