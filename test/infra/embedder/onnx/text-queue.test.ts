import test from 'ava'
import { TextQueue } from '../../../../infra/embedder/onnx/text-queue.ts'

const texts = (taken: ReturnType<TextQueue['take']>): string[] => taken.map(({ text }) => text)

test('queries go before memories, and never in one batch with them', async (t) => {
  const queue = new TextQueue(10)
  void queue.add(['a', 'b', 'c'], false)
  void queue.add(['q'], true)
  t.deepEqual(texts(queue.take(2)), ['q'])
  t.deepEqual(texts(queue.take(2)), ['a', 'b'])
  t.deepEqual(texts(queue.take(2)), ['c'])
  t.is(queue.length, 0)
})

test('what would exceed the limit is refused at once; a query never is, and neither is a request by itself', async (t) => {
  const queue = new TextQueue(2)
  void queue.add(['a', 'b', 'c'], false)
  await t.throwsAsync(queue.add(['d'], false), { message: '3 texts wait for the embedder already' })
  void queue.add(['q'], true)
  t.is(queue.length, 4)
})

test('refusing all tells everybody who waits', async (t) => {
  const queue = new TextQueue(10)
  const waiting = [queue.add(['a'], false), queue.add(['q'], true)]
  queue.refuseAll(new Error('gone'))
  for (const one of waiting) await t.throwsAsync(one, { message: 'gone' })
  t.is(queue.length, 0)
})
