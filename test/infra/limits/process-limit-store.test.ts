import test from 'ava'
import { ProcessLimitStore } from '../../../infra/limits/process-limit-store.ts'

const DAY = Date.UTC(2026, 10, 21)
const rate = { perSecond: 1, burst: 2 }

test('tenants have buckets of their own', (t) => {
  const store = new ProcessLimitStore(
    () => DAY,
    async () => 0,
  )
  t.deepEqual(
    ['a', 'a', 'a', 'b'].map((tenant) => store.takeRequest(tenant, rate)),
    [
      { granted: true, remaining: 1, retryAfterMs: 0 },
      { granted: true, remaining: 0, retryAfterMs: 0 },
      { granted: false, remaining: 0, retryAfterMs: 1000 },
      { granted: true, remaining: 1, retryAfterMs: 0 },
    ],
  )
})

test('what was written today before the start counts, and is asked for once', async (t) => {
  const asked: unknown[] = []
  const store = new ProcessLimitStore(
    () => DAY,
    async (...one) => {
      asked.push(one)
      return 7
    },
  )
  const takes = await Promise.all([1, 1, 5].map((count) => store.takeMemories('a', DAY, count, 10)))
  t.deepEqual(takes, [
    { granted: 1, remaining: 2 },
    { granted: 1, remaining: 1 },
    { granted: 1, remaining: 0 },
  ])
  t.deepEqual(asked, [['a', DAY, 10]])
})

test('the next day begins with what was written in it', async (t) => {
  const store = new ProcessLimitStore(
    () => DAY,
    async () => 0,
  )
  await store.takeMemories('a', DAY, 10, 10)
  t.is((await store.takeMemories('a', DAY, 1, 10)).granted, 0)
  t.is((await store.takeMemories('a', DAY + 86_400_000, 1, 10)).granted, 1)
})

test('a count that failed is asked for again', async (t) => {
  let fails = true
  const store = new ProcessLimitStore(
    () => DAY,
    async () => {
      if (fails) throw new Error('no answer')
      return 9
    },
  )
  await t.throwsAsync(store.takeMemories('a', DAY, 1, 10), { message: 'no answer' })
  fails = false
  t.deepEqual(await store.takeMemories('a', DAY, 5, 10), { granted: 1, remaining: 0 })
})
