import { ENCODING_DIMENSION } from '../encoding/encode.ts'

/** Weight of the newest exposure; each older one weighs 1 − λ of the one after it. */
export const DENSITY_LAMBDA = 0.05

/** r: exposures that ρ is made of. What is older has weight (1 − λ)^256 ≈ 2e−6, which goes to the identity. */
export const DENSITY_RANK = 256

/**
 * A density matrix by its factors: ρ = Σⱼ wⱼ vⱼvⱼᵀ + rest·I/d. Symmetric and positive semi-definite because the weights
 * are positive, trace 1 because the vectors are of unit length and λ Σ(1−λ)^i + (1−λ)^m = 1.
 */
export interface Density {
  /** d. */
  readonly dimension: number
  /** m, at most {@link DENSITY_RANK}. */
  readonly exposures: number
  /** m unit vectors of d numbers, one after the other, oldest first. */
  readonly vectors: Float64Array
  /** wⱼ = λ(1−λ)^(m−1−j), newest last. */
  readonly weights: Float64Array
  /** (1−λ)^m, the weight of I/d. */
  readonly rest: number
}

/**
 * ρ of the exposures with the encodings `factors` (256 int16 sums each, none all zero), newest last; of more than 256 the
 * last count. The same factors give the same bits: only + − × ÷ √ in a fixed order.
 */
export function densityOf(factors: readonly Int16Array[]): Density {
  const last = factors.length > DENSITY_RANK ? factors.slice(-DENSITY_RANK) : factors
  const vectors = new Float64Array(last.length * ENCODING_DIMENSION)
  const weights = new Float64Array(last.length)
  let rest = 1
  for (let j = last.length - 1; j >= 0; j--) {
    vectors.set(normalised(last[j]!), j * ENCODING_DIMENSION)
    weights[j] = DENSITY_LAMBDA * rest
    rest *= 1 - DENSITY_LAMBDA
  }
  return { dimension: ENCODING_DIMENSION, exposures: last.length, vectors, weights, rest }
}

/** The unit vector of an encoding. Its squared length is an integer below 2⁵³, hence exact before the root. */
export function normalised(sums: Int16Array): Float64Array {
  if (sums.length !== ENCODING_DIMENSION) {
    throw new RangeError(`An encoding has ${ENCODING_DIMENSION} sums, not ${sums.length}`)
  }
  let square = 0
  for (let i = 0; i < sums.length; i++) square += sums[i]! * sums[i]!
  if (square === 0) throw new RangeError('An all-zero encoding is no exposure')
  const length = Math.sqrt(square)
  const unit = new Float64Array(sums.length)
  for (let i = 0; i < sums.length; i++) unit[i] = sums[i]! / length
  return unit
}
