import test from 'ava'
import fc from 'fast-check'
import { densityOf } from '../../../domain/density/density.ts'
import { densityMatrix } from '../../../domain/density/density-matrix.ts'
import { foldWorkingMemory } from '../../../domain/working-memory/fold.ts'
import { CAPACITY, EMPTY_WORKING_MEMORY, type WorkingMemory } from '../../../domain/working-memory/working-memory.ts'
import { workingMemoryHash } from '../../../domain/working-memory/working-memory-hash.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { contentOf, happen, happening } from './arbitrary-story.ts'
import { SimulatedNamespace } from './simulated-namespace.ts'

/** Some happenings between two runs of the projector, which then reads again from `again` records before its position. */
const batch = fc.record({ happenings: fc.array(happening, { maxLength: 25 }), again: fc.nat({ max: 30 }) })

const story = fc.record({
  already: fc.constantFrom(0, 10, CAPACITY, 100, 255, 256, 300),
  seededAfter: fc.boolean(),
  batches: fc.array(batch, { minLength: 1, maxLength: 6 }),
})

const RUNS = 120

interface Count {
  folds: number
  seeds: number
}

function catchUp(namespace: SimulatedNamespace, held: WorkingMemory, again: number, count: Count): WorkingMemory {
  let state = held
  for (const event of namespace.events(held.position - again, namespace.offset)) {
    const result = foldWorkingMemory(state, event)
    if (result.outcome === 'seed-needed') {
      count.seeds++
      return namespace.seed()
    }
    count.folds++
    state = result.state
  }
  return { ...state, position: namespace.offset }
}

test('whatever happens and however it is cut, a fold equals a fresh seed bit for bit', (t) => {
  const count = { folds: 0, seeds: 0 }
  fc.assert(
    fc.property(story, ({ already, seededAfter, batches }) => {
      const namespace = new SimulatedNamespace()
      for (let i = 0; i < already; i++) namespace.remember({ content: contentOf((i % 30) + 1), keyId: `k${i % 7}.0` })
      let state = seededAfter ? namespace.seed() : catchUp(namespace, EMPTY_WORKING_MEMORY, 0, count)
      for (const { happenings, again } of batches) {
        for (const one of happenings) happen(namespace, one)
        state = catchUp(namespace, state, again, count)
        const seeded = namespace.seed()
        t.deepEqual(state, seeded)
        t.is(workingMemoryHash(state), workingMemoryHash(seeded))
      }
    }),
    { numRuns: propertyRuns(RUNS), verbose: 1 },
  )
  // A dozen stories may hold few seeds by chance; a hundred and twenty do not.
  const isFull = propertyRuns(RUNS) >= RUNS
  t.true(count.folds > propertyRuns(1000) && (!isFull || count.seeds > 50), JSON.stringify(count))
})

test('ρ of a fold is ρ of a seed, bit for bit', (t) => {
  const matrixOf = ({ factors }: WorkingMemory): Float64Array =>
    densityMatrix(densityOf(factors.map(({ sums }) => sums)))
  fc.assert(
    fc.property(fc.array(happening, { minLength: 20, maxLength: 80 }), (happenings) => {
      const namespace = new SimulatedNamespace()
      for (const one of happenings) happen(namespace, one)
      const state = catchUp(namespace, EMPTY_WORKING_MEMORY, 0, { folds: 0, seeds: 0 })
      t.true(Buffer.from(matrixOf(state).buffer).equals(Buffer.from(matrixOf(namespace.seed()).buffer)))
    }),
    { numRuns: propertyRuns(10), verbose: 1 },
  )
})
