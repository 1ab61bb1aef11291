import test, { type ExecutionContext } from 'ava'
import { VIEWS_PASS_WITHIN_MS, ViewPassage } from '../../../infra/erasure/view-passage.ts'
import { eventually } from '../../support/eventually.ts'

/** A passage whose looks are counted by what they passed, over a clock that the test moves. */
function passage(t: ExecutionContext, idleMs: number) {
  const story = { now: 1_000_000, away: false, passed: [] as string[], faults: 0 }
  const views = new ViewPassage({
    async openErasures() {
      if (story.away) throw new Error('long-term memory is away')
      return []
    },
    passErasures: async () => void story.passed.push('open'),
    passAll: async () => void story.passed.push('all'),
    onFault() {
      story.faults += 1
    },
    clock: () => story.now,
    ...{ everyMs: 1, forMs: 60_000, idleMs },
  })
  t.teardown(() => views.close())
  const looked = (times: number) =>
    eventually(() => {
      if (story.passed.length < times) throw new Error(`it has looked ${story.passed.length} times`)
      return story.passed.slice(0, times)
    })
  return { views, story, looked }
}

test('at its start a process passes whatever was erased, and then what is open', async (t) => {
  const { views, story, looked } = passage(t, 1)
  await views.start()
  t.deepEqual(story.passed, ['all'])
  t.deepEqual(await looked(3), ['all', 'open', 'open'])
})

test('a process that could not look for longer than an erasure is open passes everything again', async (t) => {
  const { views, story, looked } = passage(t, 1)
  await views.start()
  story.away = true
  await eventually(() => {
    if (story.faults === 0) throw new Error('it has not looked yet')
  })
  story.now += VIEWS_PASS_WITHIN_MS
  story.passed.length = 0
  story.away = false
  t.deepEqual(await looked(2), ['all', 'open'])
})

test('a process does not start that cannot be told what was erased', async (t) => {
  const { views, story } = passage(t, 1)
  story.away = true
  await t.throwsAsync(views.start(), { message: /is away/ })
})

test('a mark brings the next look forward', async (t) => {
  const { views, story, looked } = passage(t, 600_000)
  await views.start()
  views.keysDestroyed()
  t.deepEqual(await looked(3), ['all', 'open', 'open'])
  t.is(story.faults, 0)
})
