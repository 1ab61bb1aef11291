import test from 'ava'
import { Standstill } from '../../../infra/cluster/standstill.ts'
import type { PartitionState } from '../../../projections/projector.ts'

const LIMIT_MS = 60_000

function setUp() {
  const world = { now: 0, head: 10, answers: true, signs: 0, state: at(4) as PartitionState }
  const standstill = new Standstill({
    head: (partition) => (partition === 3 ? world.head : -1),
    logAnswers: () => world.answers,
    now: () => world.now,
    limitMs: LIMIT_MS,
  })
  const projector = {
    state: (partition: number) => (partition === 3 ? world.state : ({ name: 'unassigned' } as const)),
  }
  return { world, look: () => standstill.look('working-memory', projector, () => world.signs) }
}

const at = (offset: number): PartitionState => ({
  name: 'ready',
  checkpoint: { foldVersion: 1, generation: '0'.repeat(16), offset, lastCommandId: null, knownTime: 0 },
})

test('a fold that is behind the log and does not move is named after the limit, and not before', (t) => {
  const { world, look } = setUp()
  t.is(look(), null)
  world.now = LIMIT_MS - 1
  t.is(look(), null)
  world.now = LIMIT_MS
  t.regex(look() ?? '', /working-memory of partition 3 has stood at offset 4 for 60 s, and the log reaches to 10/)
})

test('a fold that moves, even slowly, is not one', (t) => {
  const { world, look } = setUp()
  for (let offset = 4; offset < 9; offset++) {
    world.state = at(offset)
    world.now += LIMIT_MS - 1
    t.is(look(), null)
  }
})

test('a fold that has everything, or waits, or whose log does not answer, is not at fault', (t) => {
  const { world, look } = setUp()
  for (const change of [
    () => (world.state = at(10)),
    () => (world.state = { name: 'waiting', checkpoint: null, reason: 'the store does not answer' }),
    () => {
      world.state = at(4)
      world.answers = false
    },
  ]) {
    change()
    look()
    world.now += 2 * LIMIT_MS
    t.is(look(), null)
  }
  world.answers = true
  t.is(look(), null, 'the time begins anew when the log answers again')
})

test('a fold that waits now and then, and is seen to be ready in between, is not at fault', (t) => {
  const { world, look } = setUp()
  for (let i = 0; i < 5; i++) {
    look()
    world.now += LIMIT_MS
    world.signs += 1
    t.is(look(), null)
  }
})
