import assert from 'node:assert/strict'
import type { ExecutionContext, TestFn } from 'ava'
import type { CountMemoriesSince, LimitStore } from '../../infra/limits/limit-store.ts'
import { eventually } from '../support/eventually.ts'

const DAY = Date.UTC(2026, 10, 21)
const NEXT_DAY = DAY + 86_400_000
export const NOON = DAY + 43_200_000

/** A store of its own, where nothing was counted. `countSince` says what long-term memory has of a day. */
export type OpenLimitStore = (t: ExecutionContext, countSince: CountMemoriesSince) => Promise<LimitStore>

const nothing: CountMemoriesSince = async () => 0
const SLOW = { perSecond: 1e-3, burst: 3 }

/** What every {@link LimitStore} does. */
export function limitStoreContract(test: TestFn, open: OpenLimitStore): void {
  test('a burst is granted at once, and then nothing until a token is there', async (t) => {
    const store = await open(t, nothing)
    const takes = await inTurn(4, () => store.takeRequest('a', SLOW))
    t.deepEqual(
      takes.map(({ granted, remaining }) => [granted, remaining]),
      [
        [true, 2],
        [true, 1],
        [true, 0],
        [false, 0],
      ],
    )
    const { retryAfterMs } = takes.at(-1)!
    t.true(retryAfterMs > 900_000 && retryAfterMs <= 1_000_000, `${retryAfterMs}`)
    t.is(takes[0]!.retryAfterMs, 0)
  })

  test('tenants have buckets and days of their own', async (t) => {
    const store = await open(t, nothing)
    await inTurn(4, () => store.takeRequest('a', SLOW))
    t.true((await store.takeRequest('b', SLOW)).granted)
    await store.takeMemories('a', DAY, 10, 10)
    t.deepEqual(await store.takeMemories('b', DAY, 4, 10), { granted: 4, remaining: 6 })
  })

  test('a bucket fills at its rate', async (t) => {
    const store = await open(t, nothing)
    const rate = { perSecond: 20, burst: 1 }
    t.true((await store.takeRequest('a', rate)).granted)
    await t.notThrowsAsync(eventually(async () => assert((await store.takeRequest('a', rate)).granted)))
  })

  test('of what would be written the first that fit are granted, and all that is granted is the day', async (t) => {
    const store = await open(t, nothing)
    t.deepEqual(await store.takeMemories('a', DAY, 7, 10), { granted: 7, remaining: 3 })
    t.deepEqual(await store.takeMemories('a', DAY, 7, 10), { granted: 3, remaining: 0 })
    t.deepEqual(await store.takeMemories('a', DAY, 1, 10), { granted: 0, remaining: 0 })
    const takes = await Promise.all(Array.from({ length: 20 }, () => store.takeMemories('c', DAY, 7, 100)))
    t.is(
      takes.reduce((sum, { granted }) => sum + granted, 0),
      100,
    )
  })

  test('what long-term memory has of the day counts, and is asked for once however many ask', async (t) => {
    const asked: unknown[] = []
    const store = await open(t, async (...one) => {
      asked.push(one)
      return 95
    })
    const takes = await Promise.all([3, 3, 3].map((count) => store.takeMemories('a', DAY, count, 100)))
    t.is(
      takes.reduce((sum, { granted }) => sum + granted, 0),
      5,
    )
    t.deepEqual(asked, [['a', DAY, 100]])
  })

  test('the next day is another one', async (t) => {
    const store = await open(t, nothing)
    t.is((await store.takeMemories('a', DAY, 10, 10)).remaining, 0)
    t.deepEqual(await store.takeMemories('a', NEXT_DAY, 4, 10), { granted: 4, remaining: 6 })
  })

  test('a count that fails grants nothing, says so, and is asked for again', async (t) => {
    let fails = true
    const store = await open(t, async () => {
      if (fails) throw new Error('long-term memory is away')
      return 9
    })
    await t.throwsAsync(async () => store.takeMemories('a', DAY, 1, 10), { message: 'long-term memory is away' })
    fails = false
    t.deepEqual(await store.takeMemories('a', DAY, 5, 10), { granted: 1, remaining: 0 })
  })
}

async function inTurn<T>(times: number, work: () => T | Promise<T>): Promise<readonly T[]> {
  const results: T[] = []
  for (let i = 0; i < times; i += 1) results.push(await work())
  return results
}
