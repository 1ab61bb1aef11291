import test from 'ava'
import fc from 'fast-check'
import { normalise, quantise } from '../../../domain/vector/quantise.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const vectors = fc
  .array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 2, maxLength: 384 })
  .map((values) => Float32Array.from(values))
  .filter((vector) => vector.some((value) => Math.abs(value) > 1e-3))

const cosine = (a: Float32Array, b: Float32Array): number =>
  normalise(a.slice()).reduce((sum, value, i) => sum + value * normalise(b.slice())[i]!, 0)

test('a quantised vector points where the vector did, and has length one', (t) => {
  fc.assert(
    fc.property(vectors, (vector) => {
      const { values, scale } = quantise('m', vector)!
      const back = Float32Array.from(values, (value) => value * scale)
      const length = Math.sqrt(back.reduce((sum, value) => sum + value * value, 0))
      return cosine(vector, back) > 0.999 && Math.abs(length - 1) < 0.05
    }),
    { numRuns: propertyRuns(200) },
  )
  t.pass()
})

test('the scale is a float32, so that the log gives it back as it was', (t) => {
  const { scale } = quantise('m', Float32Array.of(0.3, -0.1, 0.7))!
  t.is(Math.fround(scale), scale)
})

test('a vector without a direction is none', (t) => {
  t.is(quantise('m', new Float32Array(3)), null)
  t.is(quantise('m', Float32Array.of(1, Number.NaN)), null)
  t.is(quantise('m', Float32Array.of(1, Number.POSITIVE_INFINITY)), null)
})

test('normalising brings a vector to length one, and leaves one of zeros', (t) => {
  t.deepEqual(
    [...normalise(Float32Array.of(3, 4))].map((value) => Math.round(value * 10)),
    [6, 8],
  )
  t.deepEqual([...normalise(new Float32Array(2))], [0, 0])
})
