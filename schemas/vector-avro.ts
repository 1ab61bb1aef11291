import type { Embedding } from '../domain/vector/embedding.ts'

/** A vector as avsc reads and writes it, in both seals. */
export interface AvroVector {
  model: string
  dimension: number
  /** float32 */
  scale: number
  /** int8, one a dimension */
  values: Buffer
}

export const vectorToAvro = ({ model, scale, values }: Embedding): AvroVector => ({
  model,
  dimension: values.length,
  scale,
  values: Buffer.from(values.buffer, values.byteOffset, values.byteLength),
})

/** The values are a copy: what they were read from may be a whole page of rows. */
export const vectorFromAvro = ({ model, scale, values }: AvroVector): Embedding => ({
  model,
  scale,
  values: Int8Array.from(new Int8Array(values.buffer, values.byteOffset, values.byteLength)),
})
