import test from 'ava'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import { ProblemError } from '../../domain/problem.ts'
import { guardedOpener } from '../../query-api/guarded-opener.ts'
import { guardedReader } from '../../query-api/guarded-reader.ts'
import { KeysAwayError } from '../../query-api/ports/opener.ts'
import { ResidentView } from '../../query-api/resident-view.ts'
import { forget, reinforce, remember } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import { PlainIndex } from './support/plain-index.ts'
import { viewParts } from './support/view-parts.ts'

const scope = { tenant: 'acme', namespace: 'notes' }
const partition = partitionOf(partitionKey(scope))
const anything = { offset: -1, allowStale: false }
const OTHER_KEY = 'ee'.repeat(8)

function viewOf(log: FoldedLog, limits = {}) {
  const faults: unknown[] = []
  const onFault = (fault: unknown): void => void faults.push(fault)
  const parts = { ...viewParts(log, limits), reader: guardedReader(log), changed: () => {}, onFault }
  const guarded = { ...parts, opener: guardedOpener(parts.opener) }
  return { view: new ResidentView<PlainIndex>(scope, partition, guarded), ...parts, faults }
}

const stored = (log: FoldedLog) =>
  log
    .rows(scope)
    .map((row) => PlainIndex.describe(row, JSON.parse(Buffer.from(row.sealed!).toString()).content))
    .sort()

const contentOf = (view: ResidentView<PlainIndex>, wish = anything) => view.read(wish, (index) => index.content())

const code = (error: unknown) => (error instanceof ProblemError ? error.problem.code : error)

test('a view holds what long-term memory holds, and says at which checkpoint', async (t) => {
  const log = new FoldedLog()
  for (let id = 1; id <= 25; id += 1) log.append(scope, remember(id, `memory ${id}`))
  const { view } = viewOf(log, { viewPageRows: 10 })
  const read = await contentOf(view)
  t.deepEqual(read.value, stored(log))
  t.is(read.checkpoint.offset, 25)
  t.is(log.pages, 3)
})

test('a view is caught up with what was folded before each answer', async (t) => {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'first'))
  const { view } = viewOf(log)
  await contentOf(view)
  log.append(scope, remember(2, 'second'))
  log.append(scope, reinforce(1, 2_000))
  log.append(scope, forget([2], 2_001))
  t.deepEqual((await contentOf(view)).value, stored(log))
})

test('readers who come together share one catch-up', async (t) => {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'first'))
  const { view } = viewOf(log)
  await Promise.all(Array.from({ length: 20 }, () => contentOf(view)))
  t.is(log.pages, 1)
})

test('a reader who comes halfway through a catch-up and wants more than it brings gets the next one', async (t) => {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'first'))
  const { view } = viewOf(log)
  const early = contentOf(view)
  log.append(scope, remember(2, 'second'))
  const late = contentOf(view, { offset: 2, allowStale: false })
  t.true((await early).checkpoint.offset <= 2)
  const { value, checkpoint } = await late
  t.is(checkpoint.offset, 2)
  t.deepEqual(value, stored(log))
})

test('nobody reads half of a catch-up', async (t) => {
  const log = new FoldedLog()
  for (let id = 1; id <= 30; id += 1) log.append(scope, remember(id, `memory ${id}`))
  const { view } = viewOf(log, { viewPageRows: 7, viewSliceMs: 0 })
  const reads: Promise<{ value: number; checkpoint: { offset: number } }>[] = []
  log.beforePage = async () => {
    reads.push(view.read(anything, (index) => index.size))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await view.read(anything, (index) => index.size)
  log.beforePage = async () => {}
  for (const read of await Promise.all(reads)) t.is(read.value, read.checkpoint.offset)
})

test('rows that change while a view loads are taken as they are at its checkpoint', async (t) => {
  const log = new FoldedLog()
  for (let id = 1; id <= 30; id += 1) log.append(scope, remember(id, `memory ${id}`))
  const { view } = viewOf(log, { viewPageRows: 10 })
  let page = 0
  log.beforePage = async () => {
    page += 1
    if (page === 2) log.append(scope, forget([3], 9_000))
    if (page === 3) log.append(scope, reinforce(25, 9_001))
  }
  const { value, checkpoint } = await contentOf(view)
  t.is(checkpoint.offset, 32)
  t.deepEqual(value, stored(log))
})

test('a view waits while long-term memory is folded again up to where the view is', async (t) => {
  const log = new FoldedLog({ autoFold: false })
  for (let id = 1; id <= 10; id += 1) log.append(scope, remember(id, `memory ${id}`))
  log.fold(partition)
  const { view } = viewOf(log, { visibleWaitMs: 5_000 })
  await contentOf(view)
  log.loseState()
  log.fold(partition, 4)
  const read = contentOf(view)
  setImmediate(() => log.fold(partition))
  t.is((await read).checkpoint.offset, 10)
})

test('a view that long-term memory stays behind of refuses, and says that a retry may do', async (t) => {
  const log = new FoldedLog({ autoFold: false })
  for (let id = 1; id <= 10; id += 1) log.append(scope, remember(id, `memory ${id}`))
  log.fold(partition)
  const { view } = viewOf(log)
  await contentOf(view)
  log.loseState()
  log.fold(partition, 4)
  const error = await t.throwsAsync(contentOf(view), { instanceOf: ProblemError })
  t.is(error.problem.code, 'not_yet_visible')
  t.true(error.problem.retryAfterSeconds! > 0)
})

test('a view of another log is dropped and loaded again', async (t) => {
  const log = new FoldedLog()
  for (let id = 1; id <= 10; id += 1) log.append(scope, remember(id, `memory ${id}`))
  const { view } = viewOf(log)
  await contentOf(view)
  log.restoreLog(partition, 5, 'b'.repeat(16))
  for (let id = 20; id <= 30; id += 1) log.append(scope, remember(id, `other ${id}`))
  const { value, checkpoint } = await contentOf(view)
  t.is(checkpoint.generation, 'b'.repeat(16))
  t.deepEqual(value, stored(log))
})

test('a view that had read beyond an older log, which then began another generation, does not wait for it', async (t) => {
  const log = new FoldedLog()
  for (let id = 1; id <= 10; id += 1) log.append(scope, remember(id, `memory ${id}`))
  const { view } = viewOf(log)
  await contentOf(view)
  log.restoreLog(partition, 5, 'b'.repeat(16))
  log.append(scope, remember(20, 'written after the loss'))
  const { value, checkpoint } = await contentOf(view)
  t.true(checkpoint.offset < 10)
  t.deepEqual(value, stored(log))
})

test('the same offset with another command is another log', async (t) => {
  const one = new FoldedLog()
  const other = new FoldedLog()
  one.append(scope, remember(1, 'one'))
  other.append(scope, remember(2, 'other'))
  let log = one
  const { view } = viewOf(
    new Proxy(one, { get: (_, name) => Reflect.get(log, name).bind?.(log) ?? Reflect.get(log, name) }),
  )
  t.deepEqual((await contentOf(view)).value, stored(one))
  log = other
  t.deepEqual((await contentOf(view)).value, stored(other))
})

test('a view of another fold version is dropped and loaded again', async (t) => {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'one'))
  const { view, opener } = viewOf(log)
  await contentOf(view)
  log.foldVersion += 1
  t.is((await contentOf(view)).checkpoint.foldVersion, log.foldVersion)
  t.is(opener.opened, 2)
})

test('a missing key closes the namespace, naming the key, until it is back', async (t) => {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'one'))
  log.append(scope, remember(2, 'two', { keyId: 'key-2' }))
  log.append(scope, remember(3, 'three'))
  const { view, opener } = viewOf(log)
  opener.missing.add('key-2')
  for (let i = 0; i < 2; i += 1) {
    const error = await t.throwsAsync(contentOf(view), { instanceOf: ProblemError })
    t.is(error.problem.code, 'key_missing')
    t.is(error.problem.members?.key_id, 'key-2')
  }
  opener.missing.clear()
  t.deepEqual((await contentOf(view)).value, stored(log))
  t.is(opener.opened, 3, 'what was loaded before is not loaded again')
})

test('a row under a destroyed key is a tombstone', async (t) => {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'one', { keyId: 'key-1' }))
  log.append(scope, remember(2, 'two', { keyId: 'key-2' }))
  const { view, opener } = viewOf(log)
  opener.destroyed.add('key-2')
  const { value } = await contentOf(view)
  t.is(value.filter((row) => row.endsWith('null]')).length, 1)
})

test('a store that does not answer is a refusal; whoever allows a stale answer gets what is resident', async (t) => {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'one'))
  const { view } = viewOf(log)
  log.fault = new Error('connection refused')
  t.is(code(await t.throwsAsync(contentOf(view, { offset: -1, allowStale: true }))), 'store_unavailable')
  log.fault = null
  await contentOf(view)
  log.fault = new Error('connection refused')
  const [strict, stale, beyond] = await Promise.allSettled([
    contentOf(view),
    contentOf(view, { offset: -1, allowStale: true }),
    contentOf(view, { offset: 2, allowStale: true }),
  ])
  t.is(strict.status === 'rejected' && code(strict.reason), 'store_unavailable')
  t.true(stale.status === 'fulfilled' && stale.value.without === 'store' && stale.value.checkpoint.offset === 1)
  t.is(beyond.status === 'rejected' && code(beyond.reason), 'store_unavailable')
  log.fault = null
  t.is((await contentOf(view)).without, null)
})

test('while the keys of what has changed are not to be had, a view stands whole where it stood, and says so', async (t) => {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'one'))
  const { view, opener, faults } = viewOf(log, { viewPageRows: 2 })
  opener.fault = new KeysAwayError('not asked')
  t.is(code(await t.throwsAsync(contentOf(view))), 'store_unavailable', 'nothing is known yet')
  opener.fault = null
  const before = await contentOf(view)
  t.is(before.without, null)

  opener.fault = new KeysAwayError('not asked')
  log.append(scope, reinforce(1, 2_000))
  t.deepEqual((await contentOf(view)).value, stored(log), 'what is under known keys is caught up with')
  log.append(scope, reinforce(1, 2_001))
  log.append(scope, { ...remember(2, 'two'), keyId: OTHER_KEY })
  const [older, beyond] = await Promise.allSettled([contentOf(view), contentOf(view, { offset: 4, allowStale: true })])
  t.like(older, { status: 'fulfilled', value: { without: 'keys', checkpoint: { offset: 2 } } })
  t.is(beyond.status === 'rejected' && code(beyond.reason), 'store_unavailable')
  t.is(faults.length, 1, 'and it is told')

  opener.fault = new Error('the key cannot be unwrapped')
  t.is(code(await t.throwsAsync(contentOf(view))), 'store_unavailable', 'a key that is wrong is not one that is away')
  opener.fault = null
  const after = await contentOf(view)
  t.deepEqual(after.value, stored(log))
  t.is(after.without, null)
})

test('a catch-up of several pages that lacks a key halfway has nothing to stand on', async (t) => {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'one'))
  const { view, opener } = viewOf(log, { viewPageRows: 2 })
  await contentOf(view)
  opener.fault = new KeysAwayError('not asked')
  for (let id = 2; id <= 3; id += 1) log.append(scope, remember(id, `memory ${id}`))
  log.append(scope, { ...remember(4, 'four'), keyId: OTHER_KEY })
  t.is(code(await t.throwsAsync(contentOf(view))), 'store_unavailable')
  opener.fault = null
  t.deepEqual((await contentOf(view)).value, stored(log))
})

test('a namespace that is configured otherwise gets a new index', async (t) => {
  const log = new FoldedLog()
  log.append(scope, remember(1, 'eins'))
  const { view } = viewOf(log)
  const language = () => view.read(anything, (index) => index.settings.language)
  t.is((await language()).value, 'en')
  const { commandId, recordedAt, principal, keyId, requestHmac } = forget([], 2_000)
  const envelope = { commandId, recordedAt, principal, keyId, requestHmac }
  log.append(scope, { ...envelope, type: 'ConfigureNamespace', language: 'de', profile: null })
  t.is((await language()).value, 'de')
  t.deepEqual((await contentOf(view)).value, stored(log))
})

test('a load gives the event loop back between slices', async (t) => {
  const log = new FoldedLog()
  for (let id = 1; id <= 40; id += 1) log.append(scope, remember(id, `memory ${id}`))
  const { view } = viewOf(log, { viewSliceMs: 0 })
  let turns = 0
  let loading = true
  const count = () => {
    turns += 1
    if (loading) setImmediate(count)
  }
  setImmediate(count)
  await contentOf(view)
  loading = false
  t.true(turns >= 40)
})
