import test from 'ava'
import { keyedRequests, runIdOf } from '../../../../infra/cli/import/import-item.ts'

test('a key of its own is kept', (t) => {
  t.deepEqual(keyedRequests('a')({ content: 'x', idempotency_key: 'mine' }), { content: 'x', idempotency_key: 'mine' })
})

test('the second "ok" of a file is another memory than the first, and the same as the second of the next time', (t) => {
  const keys = () => {
    const keyed = keyedRequests('chat.jsonl')
    return ['ok', 'yes', 'ok', 'ok'].map((content) => keyed({ content }).idempotency_key)
  }
  t.is(new Set(keys()).size, 4)
  t.deepEqual(keys(), keys())
})

test('only so many requests are remembered, the latest', (t) => {
  const keyed = keyedRequests('a', 2)
  const keyOf = (content: string) => keyed({ content }).idempotency_key
  const first = keyOf('a')
  keyOf('b')
  t.not(keyOf('a'), first)
  keyOf('c')
  keyOf('d')
  t.is(keyOf('a'), first)
})

test('a path within the limit is the episode, a longer one its end behind a hash of all of it', (t) => {
  t.is(runIdOf('guide/a.md'), 'guide/a.md')
  const deep = `${'folder/'.repeat(60)}a.md`
  const other = `x${deep.slice(1)}`
  t.is([...runIdOf(deep)].length, 240)
  t.true(runIdOf(deep).endsWith('folder/a.md'))
  t.not(runIdOf(deep), runIdOf(other))
})
