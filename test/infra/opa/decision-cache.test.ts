import test from 'ava'
import { DecisionCache } from '../../../infra/opa/decision-cache.ts'

/** A cache on a clock that the test moves, and what it asked. */
function cacheUnderTest(maxEntries = 10) {
  let now = 0
  const asked: string[] = []
  const cache = new DecisionCache({ ttlMs: 100, maxEntries, clock: () => now })
  return {
    cache,
    asked,
    advance: (ms: number) => {
      now += ms
    },
    get: (question: string, answer: () => Promise<boolean> = async () => true) =>
      cache.get(question, () => {
        asked.push(question)
        return answer()
      }),
  }
}

test('a decision holds for its time, a no as long as a yes, and no longer', async (t) => {
  const { get, asked, advance } = cacheUnderTest()
  t.true(await get('a'))
  t.false(await get('b', async () => false))
  advance(99)
  t.true(await get('a', async () => false))
  t.false(await get('b', async () => true))
  t.deepEqual(asked, ['a', 'b'])
  advance(1)
  t.false(await get('a', async () => false))
  t.deepEqual(asked, ['a', 'b', 'a'])
})

test('of many equal questions at once one is asked', async (t) => {
  const { get, asked, advance } = cacheUnderTest()
  const answer = Promise.withResolvers<boolean>()
  const waiting = Array.from({ length: 24 }, () => get('a', () => answer.promise))
  // However long the answer takes: its time begins when it is there.
  advance(1_000)
  waiting.push(get('a'))
  answer.resolve(true)
  t.deepEqual(new Set(await Promise.all(waiting)), new Set([true]))
  t.deepEqual(asked, ['a'])
})

test('a failure is told to those who waited, and kept for nobody', async (t) => {
  const { get, asked } = cacheUnderTest()
  const fails = async (): Promise<boolean> => {
    throw new Error('down')
  }
  await Promise.all([1, 2].map(() => t.throwsAsync(get('a', fails), { message: 'down' })))
  t.true(await get('a'))
  t.deepEqual(asked, ['a', 'a'])
})

test('the cache is bounded: the oldest question is asked again', async (t) => {
  const { cache, get, asked } = cacheUnderTest(2)
  for (const question of ['a', 'b', 'c']) await get(question)
  t.is(cache.size, 2)
  await get('c')
  await get('a')
  t.deepEqual(asked, ['a', 'b', 'c', 'a'])
})
