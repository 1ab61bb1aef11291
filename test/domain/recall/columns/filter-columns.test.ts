import test from 'ava'
import fc from 'fast-check'
import { matchesFilter } from '../../../../domain/filter/matches-filter.ts'
import { FilterColumns } from '../../../../domain/recall/columns/filter-columns.ts'
import { propertyRuns } from '../../../support/property-runs.ts'
import { someFilter, someMemories } from '../arbitrary-memories.ts'

test('the mask of a filter is its plain evaluation over all rows', (t) => {
  fc.assert(
    fc.property(someMemories(30), someFilter, (memories, filter) => {
      const columns = new FilterColumns()
      for (const [i, memory] of memories.entries()) columns.add(i + 1, memory)
      const mask = columns.mask(filter, memories.length + 1)
      t.deepEqual(
        [...mask.subarray(1)],
        memories.map((memory) => Number(matchesFilter(memory, filter))),
      )
    }),
    { numRuns: propertyRuns(400) },
  )
})

test('wiping a row takes away its values, and the fields that no other row has', (t) => {
  fc.assert(
    fc.property(someMemories(8), fc.nat(), (memories, at) => {
      fc.pre(memories.length > 0)
      const wiped = at % memories.length
      const columns = new FilterColumns()
      const expected = new FilterColumns()
      for (const [i, memory] of memories.entries()) {
        columns.add(i + 1, memory)
        if (i !== wiped) expected.add(i + 1, memory)
      }
      columns.wipe(wiped + 1)
      t.deepEqual(columns.fields.sort(), expected.fields.sort())
    }),
  )
})
