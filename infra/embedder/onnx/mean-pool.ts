import type { TokenBatch } from './token-batch.ts'

/** The mean of each text's token vectors: what sentence encoders call pooling, where the graph does not have it. */
export function meanPool(tokens: Float32Array, { texts, width, mask }: TokenBatch): Float32Array[] {
  const dimension = tokens.length / (texts.length * width)
  return texts.map((_, r) => {
    const sum = new Float32Array(dimension)
    let count = 0
    for (let i = r * width; i < (r + 1) * width; i++) {
      if (mask[i] === 0n) continue
      count++
      for (let d = 0; d < dimension; d++) sum[d]! += tokens[i * dimension + d]!
    }
    return sum.map((value) => value / Math.max(1, count))
  })
}
