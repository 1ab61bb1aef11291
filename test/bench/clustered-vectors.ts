const CENTRES = 10_000
/** Of the distance of a row to its centre, in lengths of the centre. */
const SPREAD = 0.8

/**
 * Vectors as models give them, by number: in clusters, and with a few dimensions that say more than the others. Each is
 * written into `into` as int8, scaled to its largest value; `−n − 1` asks for one that is no row, as a query is none.
 */
export class ClusteredVectors {
  readonly #dimensions: number
  readonly #weights: Float32Array
  readonly #vector: Float32Array

  constructor(dimensions: number) {
    this.#dimensions = dimensions
    this.#weights = Float32Array.from({ length: dimensions }, (_, d) => (1 + d / 32) ** -0.5)
    this.#vector = new Float32Array(dimensions)
  }

  write(number: number, into: Int8Array): void {
    const own = new Noise(number)
    const centre = new Noise(0x5eed_0000 + ((own.next() >>> 0) % CENTRES))
    let most = 0
    for (let d = 0; d < this.#dimensions; d++) {
      const value = (centre.bell() + SPREAD * own.bell()) * this.#weights[d]!
      this.#vector[d] = value
      most = Math.max(most, Math.abs(value))
    }
    for (let d = 0; d < this.#dimensions; d++) into[d] = Math.round((this.#vector[d]! / most) * 127)
  }
}

/** Marsaglia's xorshift32, begun from a hash of the seed. */
class Noise {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed ^ (seed >>> 16), 0x45d9f3b) ^ 0x9e3779b9 || 1
    for (let i = 0; i < 4; i++) this.next()
  }

  next(): number {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    return this.#state
  }

  /** Bell-shaped around 0: the sum of four bytes. */
  bell(): number {
    const all = this.next()
    return (all & 255) + ((all >> 8) & 255) + ((all >> 16) & 255) + (all >>> 24) - 510
  }
}
