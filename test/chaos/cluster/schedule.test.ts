import test from 'ava'
import { seededRandom } from './random.ts'
import { scheduleOf } from './schedule.ts'

const names = (seed: number, isShort: boolean): string[] =>
  scheduleOf(seededRandom(seed), isShort).map(({ fault }) => fault.name)

test('the same seed draws the same faults at the same moments', (t) => {
  for (const isShort of [true, false]) {
    t.deepEqual(scheduleOf(seededRandom(7), isShort), scheduleOf(seededRandom(7), isShort))
  }
})

test('other seeds draw other orders, and the short form has every fault exactly once, whatever the order', (t) => {
  const [first, ...others] = Array.from({ length: 20 }, (_, seed) => names(seed, true))
  t.is(new Set(first).size, first!.length)
  for (const other of others) t.deepEqual([...other].sort(), [...first!].sort())
  t.true(new Set(others.map((order) => order.join())).size > 15)
})

test('copies are taken before anything is restored from them', (t) => {
  for (const isShort of [true, false]) {
    t.is(names(3, isShort)[0], 'copies of the log and of Postgres are taken')
  }
})
