/** Makes vectors of texts: a local model, or a service. Which one is in use is part of a vector (its `model`). */
export interface Embedder {
  /** At most 200 characters; two that give different vectors have different names. */
  readonly model: string
  /**
   * One vector for each text, in order, all of one dimension; of any length but zero. Rejects when it does not answer, in
   * bounded time, or answers with something else.
   */
  embed(texts: readonly string[]): Promise<readonly Float32Array[]>
}
