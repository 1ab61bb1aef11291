import assert from 'node:assert/strict'
import { setImmediate as immediate } from 'node:timers/promises'
import test from 'ava'
import { TokenCache } from '../../../infra/tokens/token-cache.ts'
import type { StoredToken } from '../../../infra/tokens/token-store.ts'
import { storedToken } from '../../contract/token-store.ts'
import { eventually } from '../../support/eventually.ts'

interface World {
  readonly cache: TokenCache
  /** What the store answers, or the error that it fails with. */
  answer: StoredToken | null | Error
  asked: number
  elapsed: number
  readonly failures: Error[]
}

function world(): World {
  const state = { answer: null as World['answer'], asked: 0, elapsed: 0, failures: [] as Error[] }
  const find = async (): Promise<StoredToken | null> => {
    state.asked += 1
    if (state.answer instanceof Error) throw state.answer
    return state.answer
  }
  const cache = new TokenCache(
    { find },
    { elapsedMs: () => state.elapsed, onFailure: (error) => state.failures.push(error) },
  )
  return Object.assign(state, { cache })
}

const token = storedToken()
const digest = Buffer.from(token.hash).toString('base64url')

test('a token is looked up once for many requests, also for those that wait together', async (t) => {
  const it = world()
  it.answer = token
  const found = await Promise.all([it.cache.find(digest), it.cache.find(digest), it.cache.find(digest)])
  t.deepEqual(found, [token, token, token])
  it.elapsed = 9_999
  t.is(it.cache.find(digest), token, 'at once')
  t.is(it.asked, 1)
})

test('a revocation is seen within thirty seconds, however busy or idle the token is', async (t) => {
  const revoked = { ...token, revokedAt: 1 }
  for (const step of [500, 5_000, 12_000, 25_000, 29_000]) {
    const it = world()
    it.answer = token
    await it.cache.find(digest)
    it.answer = revoked
    for (it.elapsed = step; it.elapsed < 30_000; it.elapsed += step) {
      await it.cache.find(digest)
      // What was looked up behind a request is there for the next one.
      await immediate()
    }
    it.elapsed = 30_000
    t.is((await it.cache.find(digest))?.revokedAt, 1, `asked every ${step} ms`)
  }
})

test('that a token does not exist is believed for seconds only', async (t) => {
  const it = world()
  t.is(await it.cache.find(digest), null)
  it.answer = token
  it.elapsed = 4_999
  t.is(it.cache.find(digest), null)
  it.elapsed = 5_000
  t.is(await it.cache.find(digest), token)
})

test('with a store that does not answer, what was good stays good for five minutes, and nothing else is', async (t) => {
  const it = world()
  it.answer = token
  await it.cache.find(digest)
  it.answer = new Error('down')
  it.elapsed = 299_999
  t.is(await it.cache.find(digest), token)
  t.is(it.failures.length, 1)
  await t.throwsAsync(async () => it.cache.find('another'), { message: 'down' })
  it.elapsed = 300_000
  await t.throwsAsync(async () => it.cache.find(digest), { message: 'down' })
  it.answer = token
  t.is(await it.cache.find(digest), token)
})

test('a token that was deleted is gone when it is looked up again', async (t) => {
  const it = world()
  it.answer = token
  await it.cache.find(digest)
  it.answer = null
  it.elapsed = 10_000
  t.is(it.cache.find(digest), token, 'the request does not wait')
  await eventually(() => assert.equal(it.cache.find(digest), null))
  t.is(it.cache.find(digest), null)
})

test('a flood of tokens that do not exist pushes out none that does', async (t) => {
  const it = world()
  it.answer = token
  await it.cache.find(digest)
  it.answer = null
  for (let i = 0; i < 25_000; i++) await it.cache.find(`flood-${i}`)
  const { asked } = it
  t.is(it.cache.find(digest), token)
  t.is(it.asked, asked)
})
