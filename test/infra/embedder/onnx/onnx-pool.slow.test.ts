import test from 'ava'
import { OnnxPool } from '../../../../infra/embedder/onnx/onnx-pool.ts'
import type { OnnxThread } from '../../../../infra/embedder/onnx/onnx-thread.ts'
import { eventually } from '../../../support/eventually.ts'

/** A thread whose model gives the length of a text, and which a test can hold up and end. */
function thread() {
  const ended = Promise.withResolvers<Error>()
  let gate: PromiseWithResolvers<void> | null = null
  const batches: string[][] = []
  const one: OnnxThread = {
    async run(texts) {
      batches.push([...texts])
      await gate?.promise
      return texts.map((text) => Float32Array.of(text.length))
    },
    ended: ended.promise,
    close: async () => undefined,
  }
  return {
    one,
    batches,
    hold: () => {
      gate = Promise.withResolvers()
    },
    go: () => gate?.resolve(),
    die() {
      const reason = new Error('the thread died')
      ended.resolve(reason)
      gate?.reject(reason)
    },
  }
}

const lengths = (vectors: readonly Float32Array[]): number[] => vectors.map((vector) => vector[0]!)

test('what waits while a thread works goes to it together, queries first', async (t) => {
  const only = thread()
  const pool = new OnnxPool(async () => only.one, 100)
  t.teardown(() => pool.close())
  await pool.start(1)
  only.hold()
  const first = pool.embed(['a'], false)
  const others = [pool.embed(['bb', 'ccc'], false), pool.embed(['dddd'], false), pool.embed(['eeeee'], true)]
  only.go()
  t.deepEqual(lengths(await first), [1])
  t.deepEqual((await Promise.all(others)).map(lengths), [[2, 3], [4], [5]])
  t.deepEqual(only.batches, [['a'], ['eeeee'], ['bb', 'ccc', 'dddd']])
})

test('a thread that dies takes its batch with it, and another takes what comes next', async (t) => {
  const threads = [thread(), thread()]
  let started = 0
  const pool = new OnnxPool(async () => threads[started++]!.one, 100, 1)
  t.teardown(() => pool.close())
  await pool.start(1)
  threads[0]!.hold()
  const lost = pool.embed(['a'], false)
  const waiting = pool.embed(['bb'], true)
  threads[0]!.die()
  await t.throwsAsync(lost, { message: 'the thread died' })
  await t.throwsAsync(waiting, { message: 'the thread died' })
  await eventually(() => pool.probe())
  t.deepEqual(lengths(await pool.embed(['ccc'], false)), [3])
})

test('with no thread left calls are refused at once, with the reason', async (t) => {
  const only = thread()
  const pool = new OnnxPool(async () => only.one, 100, 3_600_000)
  t.teardown(() => pool.close())
  await pool.start(1)
  only.die()
  await eventually(async () => {
    const isThere = await pool.probe().then(
      () => true,
      () => false,
    )
    if (isThere) throw new Error('the thread is still counted')
  })
  await t.throwsAsync(pool.embed(['a'], true), { message: 'No thread has the model' })
  await t.throwsAsync(pool.probe(), { message: 'the thread died' })
})

test('a model that cannot be loaded is told of at start', async (t) => {
  const pool = new OnnxPool(() => Promise.reject(new Error('no model')), 100)
  await t.throwsAsync(pool.start(2), { message: 'no model' })
  await t.throwsAsync(pool.embed(['a'], true), { message: /closed/ })
})
