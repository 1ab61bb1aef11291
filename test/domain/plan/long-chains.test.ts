import test from 'ava'
import { plan } from '../../../domain/plan/plan.ts'
import { strongComponents } from '../../../domain/plan/strong-components.ts'

test('a chain of many thousands is planned without running out of stack', (t) => {
  const length = 5000
  const memories = Array.from({ length }, (_, n) => ({
    memoryId: `m${n}`,
    offset: n,
    score: n === 0 ? 1 : null,
    cost: 1,
  }))
  const links = Array.from({ length: length - 1 }, (_, n) => ({ from: `m${n}`, rel: 'needs', to: `m${n + 1}` }))
  const { steps } = plan({ memories, links, absent: new Set(), maxSteps: length })
  t.is(steps.length, length)
  t.is(steps[0]!.memoryId, `m${length - 1}`)
})

test('a ring of many thousands is one component', (t) => {
  const length = 20_000
  const ring = new Map(Array.from({ length }, (_, n) => [`m${n}`, [`m${(n + 1) % length}`]]))
  t.deepEqual(
    strongComponents(ring).map((set) => set.length),
    [length],
  )
})
