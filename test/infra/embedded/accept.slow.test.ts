import test from 'ava'
import { decodePosition } from '../../../domain/position.ts'
import { ProblemError } from '../../../domain/problem.ts'
import {
  caller,
  identity,
  openEmbedded,
  recallRequest,
  rememberRequest,
  TestClock,
  waiting,
} from '../../support/embedded.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const problemOf = async (promise: Promise<unknown>) => {
  try {
    await promise
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  throw new Error('it was not refused')
}

test('a memory is accepted at once, and stored for who waits', async (t) => {
  const { commands } = await openEmbedded(t, temporaryFolder(t))
  const accepted = await commands.remember(caller(), rememberRequest('first'))
  t.is(accepted.status, 'accepted')
  const stored = await commands.remember(waiting(), rememberRequest('second'))
  t.is(stored.status, 'stored')
  t.is(decodePosition(stored.position)?.offset, decodePosition(accepted.position)!.offset + 1)
})

test('the same request under the same key is one memory, whoever repeats it and when', async (t) => {
  const { commands, query } = await openEmbedded(t, temporaryFolder(t))
  const key = { idempotencyKey: 'once' }
  const first = await commands.remember(caller(key), rememberRequest('only once'))
  const racing = await commands.remember(waiting(key), rememberRequest('only once'))
  t.is(racing.status, 'duplicate')
  const replayed = await commands.remember(caller(key), rememberRequest('only once'))
  t.like(replayed, { memoryId: first.memoryId, commandId: first.commandId, position: first.position, replayed: true })
  const { items } = await query.list(identity, {
    namespace: 'default',
    filter: null,
    limit: 50,
    cursor: null,
    after: null,
  })
  t.is(items.length, 1)
})

test('another request under a used key is refused, before and after the first is folded', async (t) => {
  const { commands } = await openEmbedded(t, temporaryFolder(t))
  const key = { idempotencyKey: 'once' }
  await commands.remember(caller(key), rememberRequest('this'))
  t.is((await problemOf(commands.remember(waiting(key), rememberRequest('that')))).code, 'idempotency_conflict')
  t.is((await problemOf(commands.remember(caller(key), rememberRequest('that')))).code, 'idempotency_conflict')
})

test('a request that is still being worked on is not taken twice', async (t) => {
  const { commands } = await openEmbedded(t, temporaryFolder(t))
  const key = { idempotencyKey: 'once' }
  const settled = await Promise.allSettled(
    Array.from({ length: 24 }, () => commands.remember(caller(key), rememberRequest('once'))),
  )
  const refused = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason.problem.code] : []))
  t.true(settled.some(({ status }) => status === 'fulfilled'))
  t.deepEqual([...new Set(refused)], ['request_in_flight'])
})

test('a correction ends the validity of what it corrects, and a later as-of still finds it', async (t) => {
  const clock = new TestClock()
  const { commands, query } = await openEmbedded(t, temporaryFolder(t), clock.now)
  const london = await commands.remember(
    waiting(),
    rememberRequest('Ada lives in London', { occurredAt: clock.now() - 1000 }),
  )
  const before = clock.now()
  clock.advance(60_000)
  await commands.remember(waiting(), rememberRequest('Ada lives in Lisbon', { supersedes: london.memoryId }))
  const now = await query.recall(identity, recallRequest('Where does Ada live?'))
  t.deepEqual(
    now.results.map(({ content }) => content),
    ['Ada lives in Lisbon'],
  )
  const then = await query.recall(
    identity,
    recallRequest('Where does Ada live?', { asOf: { valid: before, known: null } }),
  )
  t.deepEqual(
    then.results.map(({ content }) => content),
    ['Ada lives in London'],
  )
  const known = await query.recall(
    identity,
    recallRequest('Where does Ada live?', { asOf: { valid: null, known: before } }),
  )
  t.deepEqual(
    known.results.map(({ content }) => content),
    ['Ada lives in London'],
  )
})

test('a correction of what is not there, or that is not later, is refused with its reason', async (t) => {
  const { commands } = await openEmbedded(t, temporaryFolder(t))
  const { memoryId } = await commands.remember(waiting(), rememberRequest('now', { occurredAt: 2000 }))
  const earlier = rememberRequest('earlier', { supersedes: memoryId, occurredAt: 1000 })
  t.like(await problemOf(commands.remember(waiting(), earlier)), {
    code: 'refused',
    members: { reason: 'supersedes_not_later' },
  })
  const unknown = rememberRequest('unknown', { supersedes: '00000000-0000-8000-8000-000000000000' })
  t.like(await problemOf(commands.remember(waiting(), unknown)), { members: { reason: 'supersedes_unknown' } })
})

test('a memory that was just accepted can be forgotten, and restored, by its id alone', async (t) => {
  const { commands, query } = await openEmbedded(t, temporaryFolder(t))
  const { memoryId } = await commands.remember(caller(), rememberRequest('a secret', { namespace: 'elsewhere' }))
  const forget = { namespace: null, what: { memoryId: memoryId! }, dryRun: false }
  t.is((await commands.forget(waiting(), forget)).receipts[0]!.status, 'stored')
  const asked = recallRequest('secret', { namespace: 'elsewhere' })
  t.is((await query.recall(identity, asked)).results.length, 0)
  t.like(await problemOf(commands.forget(waiting(), forget)), { members: { reason: 'already_retired' } })
  await commands.restore(waiting(), { namespace: null, memoryId: memoryId! })
  t.is((await query.recall(identity, asked)).results.length, 1)
})

test('an id that is nowhere, or in a namespace beyond the credential, is not found in the same words', async (t) => {
  const { commands } = await openEmbedded(t, temporaryFolder(t))
  const { memoryId } = await commands.remember(waiting(), rememberRequest('private', { namespace: 'private' }))
  const bound = { ...identity, namespaces: ['public'] }
  const forget = (id: string) =>
    problemOf(commands.forget(caller({ identity: bound }), { namespace: null, what: { memoryId: id }, dryRun: false }))
  const nowhere = '00000000-0000-8000-8000-000000000000'
  const [there, absent] = [await forget(memoryId!), await forget(nowhere)]
  t.is(there.code, 'memory_not_found')
  t.deepEqual(
    JSON.parse(JSON.stringify(there).replaceAll(memoryId!, 'ID')),
    JSON.parse(JSON.stringify(absent).replaceAll(nowhere, 'ID')),
  )
})

test('a filter names what it retires at the head of the log, and a dry run retires nothing', async (t) => {
  const { commands, query } = await openEmbedded(t, temporaryFolder(t))
  for (const [i, tag] of ['old', 'old', 'new'].entries()) {
    await commands.remember(caller(), rememberRequest(`memory ${i}`, { tags: [tag] }))
  }
  const what = { filter: { op: 'in', field: 'tags', values: ['old'] } } as const
  t.is((await commands.forget(caller(), { namespace: 'default', what, dryRun: true })).count, 2)
  const page = { namespace: 'default', filter: null, limit: 50, cursor: null, after: null }
  t.is((await query.list(identity, page)).items.length, 3)
  t.is((await commands.forget(caller(), { namespace: 'default', what, dryRun: false })).count, 2)
  t.is((await query.list(identity, page)).items.length, 1)
})

test('many items have a result each, in order, and one key covers them all', async (t) => {
  const { commands } = await openEmbedded(t, temporaryFolder(t))
  const items = Array.from({ length: 100 }, (_, i) => ({ request: rememberRequest(`item ${i}`), idempotencyKey: null }))
  const first = await commands.rememberMany(caller({ idempotencyKey: 'batch' }), items)
  const offsets = first.map((result) => ('receipt' in result ? decodePosition(result.receipt.position)!.offset : -1))
  t.deepEqual(
    offsets,
    offsets.map((_, i) => offsets[0]! + i),
  )
  const last = first.at(-1)!
  if ('receipt' in last) await commands.remember(waiting(), rememberRequest('behind'))
  const again = await commands.rememberMany(caller({ idempotencyKey: 'batch' }), items)
  t.true(again.every((result) => 'receipt' in result && result.receipt.status === 'duplicate'))
})

test('links stand between stored memories, and feedback rehearses', async (t) => {
  const { commands, query } = await openEmbedded(t, temporaryFolder(t))
  const [a, b] = await Promise.all(
    ['a', 'b'].map(async (content) => (await commands.remember(waiting(), rememberRequest(content))).memoryId!),
  )
  const link = { namespace: null, from: a!, rel: 'depends_on', to: b! }
  t.is((await commands.link(waiting(), link)).status, 'stored')
  t.is((await commands.unlink(waiting(), link)).status, 'stored')
  t.like(await problemOf(commands.unlink(waiting(), link)), { members: { reason: 'unknown_link' } })
  const dangling = { ...link, to: '00000000-0000-8000-8000-000000000000' }
  t.like(await problemOf(commands.link(waiting(), dangling)), { members: { reason: 'unknown_memory' } })
  await commands.feedback(waiting(), { namespace: null, memoryId: a!, useful: true })
  await commands.feedback(waiting(), { namespace: null, memoryId: a!, useful: false })
  t.is((await query.memory(identity, a!)).rehearsals, 2)
})

test('settings of a namespace are commands too', async (t) => {
  const { commands, query } = await openEmbedded(t, temporaryFolder(t))
  await commands.configure(waiting(), { namespace: 'texte', language: 'de', profile: 'notes' })
  await commands.configure(waiting(), { namespace: 'texte', language: null, profile: 'dialogue' })
  t.like((await query.namespaces(identity, { limit: 1, cursor: null })).items[0]!, {
    namespace: 'texte',
    language: 'de',
    profile: 'dialogue',
    memories: 0,
  })
})
