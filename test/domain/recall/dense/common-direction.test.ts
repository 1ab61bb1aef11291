import test from 'ava'
import fc from 'fast-check'
import { CommonDirection } from '../../../../domain/recall/dense/common-direction.ts'
import { propertyRuns } from '../../../support/property-runs.ts'

const shareOf = (...vectors: Int8Array[]): number => {
  const common = new CommonDirection(vectors[0]!.length)
  for (const vector of vectors) common.add(vector)
  return common.share
}

test('vectors that are one share all of their direction, opposite ones none, and no vectors none', (t) => {
  t.is(shareOf(Int8Array.of(3, 4), Int8Array.of(3, 4)), 1)
  t.is(shareOf(Int8Array.of(3, 4), Int8Array.of(-3, -4)), 0)
  t.is(shareOf(Int8Array.of(5, 0), Int8Array.of(0, 5)), 0.5)
  t.is(new CommonDirection(2).share, 0)
})

const vectors = fc.array(
  fc.array(fc.integer({ min: -127, max: 127 }), { minLength: 3, maxLength: 3 }).map((values) => Int8Array.from(values)),
  { minLength: 1, maxLength: 20 },
)

test('what is shared is between 0 and 1, and forgets exactly what left', (t) => {
  fc.assert(
    fc.property(vectors, vectors, (kept, left) => {
      const common = new CommonDirection(3)
      for (const vector of [...left, ...kept]) common.add(vector)
      for (const vector of left) common.remove(vector)
      t.is(common.share, shareOf(...kept.toReversed()))
      t.true(common.share >= 0 && common.share <= 1)
    }),
    { numRuns: propertyRuns(200) },
  )
})
