import test from 'ava'
import fc from 'fast-check'
import { LikelyRows } from '../../../../domain/recall/dense/likely-rows.ts'
import { propertyRuns } from '../../../support/property-runs.ts'

const estimates = fc.oneof(fc.array(fc.nat(3), { maxLength: 120 }), fc.array(fc.nat(0x7fff), { maxLength: 120 }))

/** Rows with estimates and distinct offsets, in an order of their own. */
const offered = estimates.chain((all) =>
  fc.record({
    estimates: fc.constant(all),
    offsets: fc.shuffledSubarray([...all.keys()], { minLength: all.length, maxLength: all.length }),
    order: fc.shuffledSubarray([...all.keys()], { minLength: all.length, maxLength: all.length }),
    depth: fc.integer({ min: 1, max: 20 }),
    each: fc.integer({ min: 1, max: 30 }),
  }),
)

test('the best by estimate are kept, even ones by offset, in whatever order and portions they come', (t) => {
  fc.assert(
    fc.property(offered, ({ estimates, offsets, order, depth, each }) => {
      const likely = new LikelyRows(depth, Float64Array.from(offsets))
      for (let from = 0; from < order.length; from += each) {
        const pairs = order.slice(from, from + each).flatMap((row) => [row, estimates[row]!])
        likely.offer(Uint32Array.from(pairs))
      }
      const best = [...order].sort((a, b) => estimates[b]! - estimates[a]! || offsets[a]! - offsets[b]!).slice(0, depth)
      t.deepEqual(ascending(likely.rows()), ascending(best))
    }),
    { numRuns: propertyRuns(300) },
  )
})

test('what it asks for rises with what it was offered, and never above the last of the best', (t) => {
  const likely = new LikelyRows(2, new Float64Array(100))
  t.is(likely.least, 0)
  likely.offer(Uint32Array.of(1, 10, 2, 20, 3, 30, 4, 40))
  likely.offer(Uint32Array.of(5, 5, 6, 50))
  t.is(likely.least, 40)
  t.deepEqual(ascending(likely.rows()), [4, 6])
})

const ascending = (rows: Iterable<number>): number[] => [...rows].sort((a, b) => a - b)
