import test from 'ava'
import fc from 'fast-check'
import { applyDensity, expectation, novelty } from '../../../domain/density/apply-density.ts'
import { DENSITY_LAMBDA, DENSITY_RANK, type Density, densityOf, normalised } from '../../../domain/density/density.ts'
import { diversity, purity, trace } from '../../../domain/density/density-figures.ts'
import { densityMatrix } from '../../../domain/density/density-matrix.ts'
import { drift } from '../../../domain/density/drift.ts'
import { squaredOverlaps } from '../../../domain/density/squared-overlaps.ts'
import { encode } from '../../../domain/encoding/encode.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { factorOfSeed, factors } from './arbitrary-factors.ts'

const D = 256

const purityOf = (density: Density): number => purity(density, squaredOverlaps(density))
const driftOf = (density: Density): number | null => drift(density, squaredOverlaps(density))

/** Cholesky without jitter: it succeeds for positive definite matrices only. Returns the smallest pivot. */
function smallestPivot(matrix: Float64Array): number {
  const l = Float64Array.from(matrix)
  let smallest = Number.POSITIVE_INFINITY
  for (let j = 0; j < D; j++) {
    for (let i = j; i < D; i++) {
      let sum = l[i * D + j]!
      for (let k = 0; k < j; k++) sum -= l[i * D + k]! * l[j * D + k]!
      if (i === j) smallest = Math.min(smallest, sum)
      l[i * D + j] = i === j ? Math.sqrt(sum) : sum / l[j * D + j]!
    }
    if (!(smallest > 0)) return smallest
  }
  return smallest
}

const matrixTrace = (matrix: Float64Array): number => {
  let sum = 0
  for (let k = 0; k < D; k++) sum += matrix[k * D + k]!
  return sum
}

test('ρ is symmetric, positive and of trace 1 within 1e−12 after any sequence of exposures', (t) => {
  fc.assert(
    fc.property(factors, (sequence) => {
      const density = densityOf(sequence)
      const matrix = densityMatrix(density)
      t.true(Math.abs(trace(density) - 1) <= 1e-12)
      t.true(Math.abs(matrixTrace(matrix) - 1) <= 1e-12)
      for (let i = 0; i < D; i++) {
        for (let j = 0; j < i; j++) if (matrix[i * D + j] !== matrix[j * D + i]) t.fail(`asymmetric at ${i}, ${j}`)
      }
      t.true(smallestPivot(matrix) > 0)
    }),
    { numRuns: propertyRuns(40), verbose: 1 },
  )
})

test('the check for positivity can fail', (t) => {
  const matrix = densityMatrix(densityOf([factorOfSeed(1, 3)]))
  matrix[0] = -matrix[0]!
  t.false(smallestPivot(matrix) > 0)
})

test('what the factors give is what the matrix gives', (t) => {
  fc.assert(
    fc.property(factors, fc.integer(), (sequence, seed) => {
      const density = densityOf(sequence)
      const matrix = densityMatrix(density)
      const q = normalised(factorOfSeed(seed, 9))
      const fast = applyDensity(density, q)
      let [quadratic, square] = [0, 0]
      for (let i = 0; i < D; i++) {
        let row = 0
        for (let j = 0; j < D; j++) {
          row += matrix[i * D + j]! * q[j]!
          square += matrix[i * D + j]! * matrix[i * D + j]!
        }
        t.true(Math.abs(fast[i]! - row) < 1e-13)
        quadratic += row * q[i]!
      }
      t.true(Math.abs(expectation(density, q) - quadratic) < 1e-13)
      t.true(Math.abs(novelty(density, q) - (1 - quadratic)) < 1e-13)
      t.true(Math.abs(purityOf(density) - square) < 1e-12)
    }),
    { numRuns: propertyRuns(25), verbose: 1 },
  )
})

test('ρ is λ times the newest exposure plus 1 − λ times the ρ before it', (t) => {
  const sequence = [1, 2, 3, 4, 5].map((seed) => factorOfSeed(seed, 5))
  const before = densityMatrix(densityOf(sequence.slice(0, -1)))
  const after = densityMatrix(densityOf(sequence))
  const v = normalised(sequence.at(-1)!)
  for (let i = 0; i < D; i++) {
    for (let j = 0; j < D; j++) {
      const expected = (1 - DENSITY_LAMBDA) * before[i * D + j]! + DENSITY_LAMBDA * v[i]! * v[j]!
      if (Math.abs(after[i * D + j]! - expected) > 1e-15) t.fail(`differs at ${i}, ${j}`)
    }
  }
  t.pass()
})

test('of more than 256 exposures the last count', (t) => {
  const sequence = Array.from({ length: DENSITY_RANK + 5 }, (_, seed) => factorOfSeed(seed, 3))
  t.deepEqual(densityOf(sequence), densityOf(sequence.slice(5)))
  t.is(densityOf(sequence).exposures, DENSITY_RANK)
})

test('without exposures ρ is I/d', (t) => {
  const density = densityOf([])
  const v = normalised(factorOfSeed(7, 9))
  t.is(trace(density), 1)
  t.is(purityOf(density), 1 / D)
  t.is(diversity(purityOf(density), D), 1)
  t.true(Math.abs(novelty(density, v) - (1 - 1 / D)) < 1e-15)
  t.is(driftOf(density), null)
})

test('purity lies between 1/d and 1, and grows when the same is met over and over', (t) => {
  const same = densityOf(Array.from({ length: 100 }, () => factorOfSeed(1, 9)))
  const mixed = densityOf(Array.from({ length: 100 }, (_, seed) => factorOfSeed(seed, 9)))
  t.true(purityOf(same) > 0.98 && purityOf(same) <= 1)
  t.true(purityOf(mixed) < 0.2 && purityOf(mixed) > 1 / D)
  t.true(diversity(purityOf(mixed), D) > diversity(purityOf(same), D))
})

test('what was met is less novel than what was not, and the newest least', (t) => {
  const texts = ['the harbour master raised the ferry fare', 'pruning apple trees in late winter']
  const density = densityOf(texts.map((text) => encode(text)!))
  const [older, newer, other] = [...texts, 'quarterly budget spreadsheet'].map((text) =>
    novelty(density, normalised(encode(text)!)),
  )
  t.true(newer! < older!)
  t.true(older! < other!)
})

test('drift is 0 when both halves are alike, near 1 when they share nothing, and unknown with too few', (t) => {
  const unit = (at: number): Int16Array => new Int16Array(D).fill(1, at, at + 1)
  const [a, b, c, d] = [unit(1), unit(2), unit(3), unit(4)]
  t.is(driftOf(densityOf([a, b, a, b, a, b, a, b])), 0)
  t.is(driftOf(densityOf([a, b, a, b, c, d, c, d])), 1)
  t.is(driftOf(densityOf([a, a, a, b, b, b, b])), null)
  const half = driftOf(densityOf([a, b, a, b, a, c, a, c]))!
  t.true(Math.abs(half - 0.5) < 1e-12)
})

test('an encoding of another size, or all zero, is refused', (t) => {
  t.throws(() => normalised(new Int16Array(255)), { instanceOf: RangeError })
  t.throws(() => densityOf([new Int16Array(D)]), { instanceOf: RangeError })
})

test('the largest sums are normalised to length 1', (t) => {
  const v = normalised(new Int16Array(D).fill(-32_768))
  t.is(
    v.reduce((sum, value) => sum + value * value, 0),
    1,
  )
})
