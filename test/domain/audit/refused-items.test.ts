import test from 'ava'
import fc from 'fast-check'
import { MAX_REFUSED_RANGES, RefusalList } from '../../../domain/audit/refused-items.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const codes = fc.constantFrom(null, 'invalid_request', 'rate_limited')

test('the ranges name exactly the items that were refused, as far as there is room, and the total counts them all', (t) => {
  const property = fc.property(fc.array(codes, { maxLength: 400 }), (items) => {
    const list = new RefusalList()
    for (const [index, code] of items.entries()) if (code !== null) list.add(index, code)
    const refused = items.flatMap((code, index) => (code === null ? [] : [`${index} ${code}`]))
    const ranges = list.items()?.ranges ?? []
    t.is(list.items()?.total ?? 0, refused.length)
    t.true(ranges.length <= MAX_REFUSED_RANGES)
    const named = ranges.flatMap(({ first, last, code }) =>
      Array.from({ length: last - first + 1 }, (_, i) => `${first + i} ${code}`),
    )
    t.deepEqual(named, refused.slice(0, named.length))
    if (ranges.length < MAX_REFUSED_RANGES) t.is(named.length, refused.length)
  })
  fc.assert(property, { numRuns: propertyRuns(200) })
})

test('a million lines that are refused alike are one range', (t) => {
  const list = new RefusalList()
  for (let index = 0; index < 1_000_000; index++) list.add(index, 'rate_limited')
  t.deepEqual(list.items(), { total: 1_000_000, ranges: [{ first: 0, last: 999_999, code: 'rate_limited' }] })
})

test('nothing refused is nothing to tell', (t) => {
  t.is(new RefusalList().items(), null)
})
