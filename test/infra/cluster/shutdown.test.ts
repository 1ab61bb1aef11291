import test from 'ava'
import { shutdown } from '../../../infra/cluster/shutdown.ts'

test('parts are closed last opened first, one after the other', async (t) => {
  const closed: string[] = []
  const closing = shutdown()
  for (const part of ['log', 'keys', 'server']) {
    closing.add(part, async () => {
      await Promise.resolve()
      closed.push(part)
    })
  }
  await closing.run()
  t.deepEqual(closed, ['server', 'keys', 'log'])
})

test('a part that does not close leaves none of the others open, and is named', async (t) => {
  const closed: string[] = []
  const closing = shutdown()
  closing.add('log', async () => closed.push('log'))
  closing.add('keys', () => Promise.reject(new Error('stuck')))
  closing.add('server', async () => closed.push('server'))
  await t.throwsAsync(closing.run(), { message: /keys did not close/ })
  t.deepEqual(closed, ['server', 'log'])
})

test('running it again closes nothing twice', async (t) => {
  let times = 0
  const closing = shutdown()
  closing.add('log', async () => {
    times += 1
  })
  await closing.run()
  await closing.run()
  t.is(times, 1)
})
