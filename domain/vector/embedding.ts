/**
 * A text's place in the space of one model, as the log and the views keep it: value i is `values[i] · scale`. Of length
 * one before it was rounded to 8 bits, so that an inner product is a cosine. Vectors of two models cannot be compared.
 */
export interface Embedding {
  /** Of the embedder that made it; part of it, since vectors of another model are no vectors here. */
  readonly model: string
  /** Above 0, representable as float32. */
  readonly scale: number
  /** One a dimension. */
  readonly values: Int8Array
}

export const MAX_MODEL_NAME = 200
/** More dimensions than any model has that is known to us. */
export const MAX_DIMENSION = 8192
