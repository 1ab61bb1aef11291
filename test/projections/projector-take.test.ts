import test from 'ava'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import { LogUnavailableError } from '../../projections/ports/log-unavailable-error.ts'
import { OffsetOutOfRangeError } from '../../projections/ports/offset-out-of-range-error.ts'
import type { Projection } from '../../projections/projection.ts'
import { Projector } from '../../projections/projector.ts'

const never: Checkpoint = {
  foldVersion: 1,
  generation: '0000000000000000',
  offset: -1,
  lastCommandId: null,
  knownTime: 0,
}
const projection = (checkpoint: () => Promise<Checkpoint>): Projection => ({
  name: 'test',
  checkpoint,
  fold: async () => ({ outcome: 'store-down', cause: new Error('unused') }),
  commandIdOf: () => null,
})
const silent = { moved: () => {}, deadLetters: () => {}, waiting: () => {}, stopped: () => {} }
const options = { batch: { records: 1, bytes: 1 }, retryDelayMs: 0, pause: async () => {} }
const logThat = (read: () => Promise<never[]>) => ({ read, end: async () => 0 })
const emptyLog = logThat(async () => [])

test('a partition that is released while it is being taken stays released', async (t) => {
  const answer = Promise.withResolvers<Checkpoint>()
  const projector = new Projector(
    projection(() => answer.promise),
    emptyLog,
    silent,
    options,
  )
  const taking = projector.take(3)
  projector.release(3)
  answer.resolve(never)
  t.is((await taking).name, 'unassigned')
  t.is(projector.state(3).name, 'unassigned')
})

test('of two takes of a partition the later one counts, whichever ends first', async (t) => {
  const answers = [Promise.withResolvers<Checkpoint>(), Promise.withResolvers<Checkpoint>()] as const
  let calls = 0
  const projector = new Projector(
    projection(() => answers[calls++]!.promise),
    emptyLog,
    silent,
    options,
  )
  const first = projector.take(3)
  const second = projector.take(3)
  answers[1].resolve({ ...never, knownTime: 2 })
  await second
  answers[0].resolve({ ...never, knownTime: 1 })
  await first
  const state = projector.state(3)
  t.is(state.name === 'ready' && state.checkpoint.knownTime, 2)
})

test('a log that does not answer is waited for', async (t) => {
  const log = logThat(() => Promise.reject(new LogUnavailableError('no answer', new Error('refused'))))
  const projector = new Projector(
    projection(async () => never),
    log,
    silent,
    options,
  )
  t.deepEqual(await projector.take(0), { name: 'waiting', checkpoint: null, reason: 'no answer: refused' })
})

test('a log whose beginning was cut stops a partition that was never folded', async (t) => {
  const log = logThat(() => Promise.reject(new OffsetOutOfRangeError(0, 0, { first: 7, end: 9 })))
  const projector = new Projector(
    projection(async () => never),
    log,
    silent,
    options,
  )
  const state = await projector.take(0)
  t.is(state.name, 'stopped')
  t.regex(state.name === 'stopped' ? state.reason : '', /begins at 7 and ends before 9/)
})

test('any other error of the log is a fault of the program', async (t) => {
  const log = logThat(() => Promise.reject(new TypeError('undefined is not a function')))
  const projector = new Projector(
    projection(async () => never),
    log,
    silent,
    options,
  )
  await t.throwsAsync(projector.take(0), { instanceOf: TypeError })
})
