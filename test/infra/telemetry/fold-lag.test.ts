import test from 'ava'
import { FoldLag } from '../../../infra/telemetry/fold-lag.ts'

const DAY_MS = 24 * 3_600_000

function setUp() {
  const world = { now: Date.UTC(2026, 0, 2), head: 4, offset: 4, knownTime: Date.UTC(2026, 0, 1) }
  const lag = new FoldLag(() => world.now)
  return { world, look: () => lag.look(3, { offset: world.offset, knownTime: world.knownTime }, world.head) }
}

test('behind an idle day, the next record is as late as it is old, and so is the first of all', (t) => {
  const { world, look } = setUp()
  t.deepEqual(look(), { behindMs: 0, standsMs: 0 })
  world.head = 5
  t.deepEqual(look(), { behindMs: 0, standsMs: 0 })
  world.now += 2_000
  t.deepEqual(look(), { behindMs: 2_000, standsMs: 2_000 })
  const fresh = setUp()
  Object.assign(fresh.world, { offset: -1, knownTime: 0 })
  t.deepEqual(fresh.look(), { behindMs: 0, standsMs: 0 }, 'and not since 1970')
})

test('a fold that moves on and does not reach the head lags by no more than its last record is old', (t) => {
  const { world, look } = setUp()
  world.head = 9
  look()
  world.now += 10_000
  Object.assign(world, { offset: 6, knownTime: world.now - 3_000 })
  t.deepEqual(look(), { behindMs: 3_000, standsMs: 0 })
  world.now += 1_000
  t.deepEqual(look(), { behindMs: 4_000, standsMs: 1_000 })
  world.offset = 9
  t.deepEqual(look(), { behindMs: 0, standsMs: 0 })
})

test('a fold that catches up with old records is behind since it was seen to be, and stands only while it does not move', (t) => {
  const { world, look } = setUp()
  world.head = 100
  look()
  for (let offset = 5; offset < 10; offset += 1) {
    world.now += 1_000
    Object.assign(world, { offset, knownTime: world.now - DAY_MS })
    t.deepEqual(look(), { behindMs: (offset - 4) * 1_000, standsMs: 0 })
  }
})

test('a fold whose records were made by a clock that is ahead does not lag by less than nothing', (t) => {
  const { world, look } = setUp()
  world.head = 9
  look()
  Object.assign(world, { offset: 6, knownTime: world.now + DAY_MS })
  t.deepEqual(look(), { behindMs: 0, standsMs: 0 })
  world.now -= DAY_MS
  t.deepEqual(look(), { behindMs: 0, standsMs: 0 })
})

test('a fold of which it is not known where it stands has no lag that could be told', (t) => {
  let now = 0
  const lag = new FoldLag(() => now)
  const position = { offset: 4, knownTime: 0 }
  lag.look(3, position, 9)
  now = 5_000
  t.is(lag.look(3, position, 9).standsMs, 5_000)
  t.deepEqual(lag.look(3, null, 9), { behindMs: 0, standsMs: 0 })
  t.deepEqual(lag.look(3, position, 9), { behindMs: 0, standsMs: 0 }, 'its time begins anew')
})
