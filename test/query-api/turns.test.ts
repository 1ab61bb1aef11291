import test from 'ava'
import { Slices, Turns } from '../../query-api/turns.ts'

test('one computation goes on per iteration of the event loop, in the order of their coming', async (t) => {
  const turns = new Turns(() => 0)
  const order: string[] = []
  let going = true
  const loop = () => {
    order.push('loop')
    if (going) setImmediate(loop)
  }
  setImmediate(loop)
  await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      for (let i = 0; i < 3; i += 1) {
        await turns.next()
        order.push(name)
      }
    }),
  )
  going = false
  const computations = order.filter((name) => name !== 'loop')
  t.deepEqual(computations, ['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c'])
  for (const [i, name] of order.entries()) if (name !== 'loop' && i > 0) t.is(order[i - 1], 'loop')
})

test('while I/O takes long, computations get as long as it took, in turn', async (t) => {
  let now = 0
  const turns = new Turns(() => now)
  const order: string[] = []
  let going = true
  const io = () => {
    order.push('io')
    now += 10
    if (going) setImmediate(io)
  }
  const computations = ['a', 'b'].map(async (name) => {
    for (let i = 0; i < 6; i += 1) {
      await turns.next()
      order.push(name)
      now += 4
    }
  })
  setImmediate(io)
  await Promise.all(computations)
  going = false
  // The turns of the first iteration come before any I/O: there is one. Then three of 4 ms each fill 10 ms.
  t.is(order.join(' ').replace(/( io)+$/, ''), 'a io b a b io a b a io b a b io a b')
})

test('a slice is up when its time is, and begins anew with the next turn', async (t) => {
  const long = new Slices(new Turns(), 60_000)
  t.false(long.isUp())
  const short = new Slices(new Turns(), 0)
  t.true(short.isUp())
  await long.next()
  t.false(long.isUp())
})
