import test from 'ava'
import { checkShared, messageToItem, toBatchItem } from '../../../commands/requests/batch-body.ts'
import { contractBounds } from '../../../domain/limits/request-bounds.ts'

const at = { index: 4, prefix: 'items[4].', keyOfBatch: null, bounds: contractBounds }

test('an alias of an item wins over the shared field of either name', (t) => {
  const run = (shared: object, own: object): unknown => {
    const parsed = toBatchItem(checkShared(shared, contractBounds), { content: 'x', ...own }, at)
    return parsed.ok ? parsed.item.request.runId : parsed.problem.field
  }
  t.is(run({ run_id: 's' }, {}), 's')
  t.is(run({ episode: 's' }, {}), 's')
  t.is(run({ run_id: 's' }, { episode: 'o' }), 'o')
  t.is(run({ episode: 's' }, { run_id: 'o' }), 'o')
  t.is(run({ episode: 's' }, { run_id: null }), null)
  t.is(run({}, { run_id: 'o', episode: 'p' }), 'items[4].episode')
})

test('the key of an item is no part of what is asked', (t) => {
  const keyed = toBatchItem({}, { content: 'x', idempotency_key: 'k' }, at)
  const plain = toBatchItem({}, { content: 'x' }, { ...at, keyOfBatch: 'b' })
  t.true(keyed.ok && plain.ok)
  if (!keyed.ok || !plain.ok) return
  t.deepEqual(keyed.item.request, plain.item.request)
  t.deepEqual([keyed.item.idempotencyKey, plain.item.idempotencyKey], ['k', 'b/4'])
})

test('a message says who spoke, whoever the batch is by', (t) => {
  const shared = { author: 'importer', metadata: { source: 'chat', role: 'none' } }
  t.deepEqual(messageToItem(shared, { role: 'user', content: 'x' }), {
    content: 'x',
    author: 'user',
    metadata: { source: 'chat', role: 'user' },
  })
  t.is(messageToItem(shared, { role: 'user', name: 'Ana', content: 'x' }).author, 'Ana')
})
