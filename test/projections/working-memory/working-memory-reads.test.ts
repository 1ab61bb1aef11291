import test from 'ava'
import { InProcessWorkingMemory } from '../../../projections/working-memory/in-process-working-memory.ts'
import { WorkingMemoryReads } from '../../../projections/working-memory/working-memory-reads.ts'
import type { WorkingMemory } from '../../../query-api/ports/working-memory.ts'
import { PARTITION, SCOPE } from '../../domain/working-memory/simulated-namespace.ts'
import { SimulatedSource } from './simulated-source.ts'

function setUp(contents: readonly string[]) {
  const source = new SimulatedSource()
  for (const content of contents) source.namespace.remember({ content })
  const reads: WorkingMemory = new WorkingMemoryReads(new InProcessWorkingMemory(source))
  return { source, reads }
}

test('a namespace of which nothing is held reads as nothing', async (t) => {
  const { reads } = setUp([])
  t.is(await reads.state(SCOPE), null)
  t.is(await reads.report(SCOPE, 'anything'), null)
})

test('a state names its position, its items by priority and the figures of ρ', async (t) => {
  const { source, reads } = setUp(['first note', 'second note', '…'])
  const state = (await reads.state(SCOPE))!
  t.deepEqual(state.position, { generation: source.generation, partition: PARTITION, offset: 2 })
  t.deepEqual(
    state.items.map(({ memoryId }) => memoryId),
    ['m2', 'm1', 'm0'],
  )
  t.is(state.density.exposures, 2)
  t.is(state.density.dimension, 256)
  t.true(Math.abs(state.density.trace - 1) <= 1e-12)
  t.true(state.density.purity > 1 / 256 && state.density.purity < 1)
})

test('a report says how novel a text is, and nothing about a text without words', async (t) => {
  const { reads } = setUp(Array.from({ length: 30 }, () => 'the ferry fare went up'))
  const known = (await reads.report(SCOPE, 'the ferry fare went up'))!
  const other = (await reads.report(SCOPE, 'pruning apple trees'))!
  t.true(known.novelty! < 0.3)
  t.true(other.novelty! > 0.9)
  t.is((await reads.report(SCOPE, '?!'))!.novelty, null)
})

test('drift and diversity follow what was met', async (t) => {
  const one = Array.from({ length: 10 }, () => 'the ferry fare went up')
  const mixed = [...one, ...Array.from({ length: 10 }, (_, i) => `${i} pruning apple trees ${i * 7919}`)]
  const [steady, moved] = await Promise.all([one, mixed].map((texts) => setUp(texts).reads.report(SCOPE, 'x')))
  t.is(steady!.drift, 0)
  t.true(moved!.drift! > 0.5)
  t.true(moved!.diversity! > steady!.diversity!)
})

test('drift and diversity are unknown while there is too little', async (t) => {
  const { reads } = setUp(['…'])
  t.deepEqual(await reads.report(SCOPE, '…'), { novelty: null, drift: null, diversity: null })
})
