import test from 'ava'
import { inTime } from '../../../infra/embedder/in-time.ts'

test('work that hangs is given up, work that ends or fails in time is as it is', async (t) => {
  await t.throwsAsync(inTime(new Promise(() => undefined), 5), { message: 'no answer within 5 ms' })
  t.is(await inTime(Promise.resolve(1), 60_000), 1)
  await t.throwsAsync(inTime(Promise.reject(new Error('broken')), 60_000), { message: 'broken' })
})
