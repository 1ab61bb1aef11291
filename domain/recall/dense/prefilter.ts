import { CommonDirection } from './common-direction.ts'
import { SignCodes } from './sign-codes.ts'

/** At least so many rows are compared exactly: six times what held 99 of 100 of the 50 nearest among 50,000 texts. */
const MIN_DEPTH = 2_000

/**
 * Which share of the vectors is compared exactly, by how much of their direction all have in common. The more, the deeper
 * the nearest lie; beyond the last, signs are mostly those of the mean and tell too little, so every vector is compared.
 * How many rows are needed hardly grows with their number: 350 of 12,500 texts and 330 of 52,736. With half of the direction
 * in common it is 1,300 (test/bench/dense-recall.ts, which shifts vectors to see).
 */
const DEPTHS: readonly { readonly common: number; readonly share: number }[] = [
  { common: 0.25, share: 0.0025 },
  { common: 0.5, share: 0.015 },
]

/**
 * Tells by their signs which rows are likely to be nearest to a query. What it tells depends on the vectors and offsets
 * alone, not on the order in which they came, so that two processes at one position give one answer.
 */
export class Prefilter {
  readonly codes: SignCodes
  readonly #common: CommonDirection

  constructor(dimensions: number) {
    this.codes = new SignCodes(dimensions)
    this.#common = new CommonDirection(dimensions)
  }

  add(row: number, values: Int8Array): void {
    this.codes.set(row, values)
    this.#common.add(values)
  }

  /** `values`: what was added. */
  remove(row: number, values: Int8Array): void {
    this.codes.wipe(row)
    this.#common.remove(values)
  }

  /** How many of `count` vectors to compare exactly, or `null` for all of them. */
  depth(count: number): number | null {
    const common = this.#common.share
    const depth = DEPTHS.find((step) => common <= step.common)
    return depth === undefined ? null : Math.max(MIN_DEPTH, Math.ceil(count * depth.share))
  }

  get bytes(): number {
    return this.codes.bytes
  }
}
