import { mock } from 'node:test'
import test, { type ExecutionContext } from 'ava'
import { GrowthNews } from '../../../infra/embedded/growth-news.ts'

const PACE = { everyMs: 25, awaitedMs: 5 }

/** News under a clock that the test turns. */
function news(t: ExecutionContext) {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const told: Array<readonly number[]> = []
  let now = 0
  return {
    told,
    news: new GrowthNews(
      PACE,
      (partitions) => told.push(partitions),
      () => now,
    ),
    pass(ms: number) {
      now += ms
      mock.timers.tick(ms)
    },
  }
}

test.serial('what grew after a pause is told at once, what grew soon after it together', (t) => {
  const { told, news: growth, pass } = news(t)
  growth.grown([3])
  t.deepEqual(told, [[3]])
  growth.grown([3, 4])
  pass(24)
  growth.grown([7, 4])
  t.is(told.length, 1)
  pass(1)
  t.deepEqual(told, [[3], [3, 4, 7]])
  pass(25)
  growth.grown([1])
  t.deepEqual(told.at(-1), [1])
})

test.serial('who waits is waited for less, and what nobody told of is not told', (t) => {
  const { told, news: growth, pass } = news(t)
  growth.hurry()
  t.deepEqual(told, [])
  growth.grown([1])
  growth.grown([2])
  growth.hurry()
  growth.hurry()
  pass(4)
  t.is(told.length, 1)
  pass(1)
  t.deepEqual(told, [[1], [2]])
  growth.grown([3])
  pass(10)
  growth.hurry()
  t.deepEqual(told.at(-1), [3])
  pass(100)
  t.is(told.length, 3)
})

test.serial('what is left at the end is told, once', (t) => {
  const { told, news: growth, pass } = news(t)
  growth.grown([1])
  growth.grown([2])
  growth.close()
  growth.close()
  pass(100)
  t.deepEqual(told, [[1], [2]])
})
