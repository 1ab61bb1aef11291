import test from 'ava'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import { guardedOpener } from '../../query-api/guarded-opener.ts'
import { guardedReader } from '../../query-api/guarded-reader.ts'
import { ResidentView } from '../../query-api/resident-view.ts'
import { remember } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import type { PlainIndex } from './support/plain-index.ts'
import { viewParts } from './support/view-parts.ts'

const scope = { tenant: 'acme', namespace: 'notes' }
const anything = { offset: -1, allowStale: false }

function viewOf(log: FoldedLog) {
  const parts = { ...viewParts(log), reader: guardedReader(log), changed: () => {} }
  const partition = partitionOf(partitionKey(scope))
  return new ResidentView<PlainIndex>(scope, partition, { ...parts, opener: guardedOpener(parts.opener) })
}

/** Every turn of the event loop that a catch-up takes, and more. */
async function manyTurns() {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

test('an index stays as it is until what is worked out elsewhere is there, and who comes meanwhile gets what is new', async (t) => {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'first'))
  const view = viewOf(log)
  const elsewhere = Promise.withResolvers<string>()
  let lent: PlainIndex | null = null
  const slow = view.read(anything, (index) => {
    lent = index
    return elsewhere.promise
  })
  const here = view.read(anything, (index) => index.size)
  t.is((await here).value, 1)
  log.append(scope, remember(2, 'second'))
  const next = view.read({ offset: 2, allowStale: false }, (index) => index.size)
  await manyTurns()
  t.is(lent!.size, 1)
  elsewhere.resolve('ranked')
  t.is((await slow).value, 'ranked')
  t.is((await slow).checkpoint.offset, 1)
  t.is((await next).value, 2)
})

test('what fails elsewhere fails its own reader, and the others go on', async (t) => {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'first'))
  const view = viewOf(log)
  const failed = view.read(anything, () => Promise.reject(new Error('lost')))
  const other = view.read(anything, (index) => index.size)
  await t.throwsAsync(failed, { message: 'lost' })
  t.is((await other).value, 1)
  t.is((await view.read(anything, (index) => index.size)).value, 1)
})

test('each reader is told what those ask who wait behind it', async (t) => {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'first'))
  const view = viewOf(log)
  const questions = ['count', 'size', null, 'bytes'].map((ask) => (ask === null ? null : { ask, args: [] }))
  const reads = questions.map((question) => view.read(anything, (_, others) => others.map(({ ask }) => ask), question))
  t.deepEqual(
    (await Promise.all(reads)).map(({ value }) => value),
    [['size', 'bytes'], ['bytes'], ['bytes'], []],
  )
})
