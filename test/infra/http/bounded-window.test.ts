import test from 'ava'
import { BoundedWindow } from '../../../infra/http/ndjson/bounded-window.ts'

test('gives what was pushed, in order, all at once', async (t) => {
  const window = new BoundedWindow<number>(10, 1000)
  window.push(1, 1)
  window.push(2, 1)
  t.deepEqual(await window.take(), [1, 2])
  const waiting = window.take()
  window.push(3, 1)
  t.deepEqual(await waiting, [3])
  window.push(4, 1)
  window.end()
  t.deepEqual(await window.take(), [4])
  t.is(await window.take(), null)
})

test('asks to wait when it holds enough, by number or by bytes', async (t) => {
  const window = new BoundedWindow<number>(2, 100)
  t.is(window.push(1, 10), null)
  const full = window.push(2, 10)
  t.not(full, null)
  await window.take()
  await full
  t.not(window.push(3, 100), null)
  t.deepEqual(await window.take(), [3])
})

test('a failure comes after what was pushed before it, and ends it for both sides', async (t) => {
  const window = new BoundedWindow<number>(1, 1)
  const full = window.push(1, 1)
  window.end(new Error('gone'))
  window.end(new Error('again'))
  await full
  t.is(window.push(2, 1), null)
  t.deepEqual(await window.take(), [1])
  await t.throwsAsync(window.take(), { message: 'gone' })
})
