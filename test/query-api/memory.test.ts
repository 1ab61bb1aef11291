import test from 'ava'
import type { NamespacePage } from '../../query-api/query-api.ts'
import { forget, link, memoryId, reinforce, remember, restore, unlink } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import { listing, offsetOf, PAGE, partition, reader, refusal, scope, serve } from './support/serve.ts'

const other = { tenant: 'rival', namespace: 'notes' }

test('a memory is answered with all that was remembered of it', async (t) => {
  const { api, log } = serve()
  const secret = {
    metadata: { topic: 'tea' },
    tags: ['drinks'],
    author: 'Ada',
    runId: 'run-1',
    userId: 'ada',
    agentId: 'agent-1',
  }
  log.append(scope, remember(1, 'Ada drinks tea', { secret, importance: 700, kind: 'semantic', ttlSeconds: 60 }))
  log.append(scope, reinforce(1, 5_000))
  const { position, ...memory } = await api.memory(reader, memoryId(1))
  t.deepEqual(memory, {
    ...secret,
    memoryId: memoryId(1),
    namespace: 'notes',
    content: 'Ada drinks tea',
    kind: 'semantic',
    importance: 0.7,
    occurredAt: 1_001,
    recordedAt: 1_001,
    validUntil: 61_001,
    supersedes: null,
    supersededBy: null,
    retiredAt: null,
    rehearsals: 2,
  })
  t.is(offsetOf(position), 1)
})

test('a retired memory is shown, with when it was retired', async (t) => {
  const { api, log } = serve()
  log.append(scope, remember(1, 'one'))
  log.append(scope, forget([1], 7_000))
  t.is((await api.memory(reader, memoryId(1))).retiredAt, 7_000)
  log.append(scope, restore([1], 8_000))
  t.is((await api.memory(reader, memoryId(1))).retiredAt, null)
})

test('an id of another tenant, of a namespace out of reach, of an erased memory and of none get the same answer', async (t) => {
  const { api, log, opener } = serve()
  log.append(other, remember(1, 'a secret of the rival'))
  log.append(scope, remember(2, 'out of reach'))
  log.append(scope, remember(3, 'erased', { keyId: 'gone' }))
  opener.destroyed.add('gone')
  const bound = { ...reader, namespaces: ['elsewhere'] }
  const answers = [
    await refusal(api.memory(reader, memoryId(1))),
    await refusal(api.memory(bound, memoryId(2))),
    await refusal(api.memory(reader, memoryId(3))),
    await refusal(api.memory(reader, memoryId(4))),
    await refusal(api.history(reader, memoryId(1))),
    await refusal(api.links(bound, memoryId(2))),
  ].map(({ detail, ...rest }) => ({ ...rest, detail: detail.replace(/[0-9a-f-]{36}/, 'ID') }))
  for (const answer of answers) t.deepEqual(answer, answers[0])
  t.is(answers[0]?.code, 'memory_not_found')
})

test('a memory that is in the log and not folded yet is waited for', async (t) => {
  const log = new FoldedLog({ autoFold: false })
  const { api } = serve(log, { limits: { visibleWaitMs: 5_000 } })
  log.append(scope, remember(1, 'one'))
  const answer = api.memory(reader, memoryId(1))
  setImmediate(() => log.fold(partition))
  t.is((await answer).content, 'one')
})

test('a memory under a missing key is refused, naming the key', async (t) => {
  const { api, log, opener } = serve()
  log.append(scope, remember(1, 'one', { keyId: 'lost' }))
  opener.missing.add('lost')
  const problem = await refusal(api.memory(reader, memoryId(1)))
  t.is(problem.code, 'key_missing')
  t.is(problem.members?.key_id, 'lost')
})

test('the history of a memory names what was known when, and the corrections around it', async (t) => {
  const { api, log } = serve()
  log.append(scope, remember(1, 'lives in Rome', { recordedAt: 1_000 }))
  log.append(scope, remember(2, 'lives in Oslo', { recordedAt: 2_000, supersedes: memoryId(1) }))
  log.append(scope, remember(3, 'lives in Bern', { recordedAt: 3_000, supersedes: memoryId(2) }))
  const { intervals, versions, outcome } = (await api.history(reader, memoryId(2))) as Record<string, unknown>
  t.deepEqual(intervals, [
    { known_from: at(2), known_to: at(3), valid_from: at(2), valid_to: null },
    { known_from: at(3), known_to: null, valid_from: at(2), valid_to: at(3) },
  ])
  t.deepEqual(
    (versions as Array<{ content: string; asked: boolean }>).map(({ content, asked }) => [content, asked]),
    [
      ['lives in Rome', false],
      ['lives in Oslo', true],
      ['lives in Bern', false],
    ],
  )
  t.is((outcome as { status: string }).status, 'stored')
})

test('links are shown from both ends, those taken back too', async (t) => {
  const { api, log } = serve()
  for (const id of [1, 2, 3]) log.append(scope, remember(id, `memory ${id}`))
  log.append(scope, link(1, 'depends_on', 2, 4_000))
  log.append(scope, link(3, 'relates_to', 1, 5_000))
  log.append(scope, unlink(3, 'relates_to', 1, 6_000))
  const { links } = (await api.links(reader, memoryId(1))) as { links: Array<Record<string, unknown>> }
  t.deepEqual(
    links.map(({ position, ...shown }) => shown),
    [
      { direction: 'out', rel: 'depends_on', memory_id: memoryId(2), standing: true, since: at(4), until: null },
      { direction: 'in', rel: 'relates_to', memory_id: memoryId(3), standing: false, since: at(5), until: at(6) },
    ],
  )
})

test('namespaces are listed with their counts, as far as the credential reaches', async (t) => {
  const { api, log } = serve()
  for (const id of [1, 2, 3]) log.append(scope, remember(id, `memory ${id}`))
  log.append(scope, forget([2], 9_000))
  log.append({ ...scope, namespace: 'private' }, remember(4, 'four'))
  log.append(other, remember(5, 'five'))
  const { items, nextCursor } = await api.namespaces(reader, PAGE)
  const [notes, hidden, ...rest] = items
  t.deepEqual([notes?.namespace, notes?.memories, notes?.retired], ['notes', 2, 1])
  t.deepEqual([notes?.firstRecordedAt, notes?.lastRecordedAt], [1_001, 9_000])
  t.is(hidden?.namespace, 'private')
  t.deepEqual([rest, nextCursor], [[], null])
  t.deepEqual(await namesOf(api.namespaces({ ...reader, namespaces: ['private'] }, PAGE)), ['private'])
})

test('pages of namespaces show each once, while others begin', async (t) => {
  const { api, log } = serve()
  const begin = (namespace: string, n: number) => log.append({ ...scope, namespace }, remember(n, namespace))
  for (const [i, namespace] of ['d', 'a', 'c', 'b', 'e'].entries()) begin(namespace, i + 1)
  const first = await api.namespaces(reader, { limit: 2, cursor: null })
  t.deepEqual(await namesOf(first), ['a', 'b'])
  for (const [i, namespace] of ['aa', 'cc'].entries()) begin(namespace, i + 6)
  const second = await api.namespaces(reader, { limit: 2, cursor: first.nextCursor })
  const third = await api.namespaces(reader, { limit: 2, cursor: second.nextCursor })
  t.deepEqual([await namesOf(second), await namesOf(third), third.nextCursor], [['c', 'cc'], ['d', 'e'], null])
})

test('what a policy keeps from a caller takes no room on a page of namespaces', async (t) => {
  const { api, log } = serve()
  const all = Array.from({ length: 40 }, (_, i) => `n-${String(i).padStart(2, '0')}`)
  for (const [i, namespace] of all.entries()) log.append({ ...scope, namespace }, remember(i + 1, namespace))
  const shown = all.filter((_namespace, i) => i % 13 === 12)
  const reach = async (namespace: string) => shown.includes(namespace)
  const first = await api.namespaces(reader, { limit: 2, cursor: null }, reach)
  const second = await api.namespaces(reader, { limit: 2, cursor: first.nextCursor }, reach)
  t.deepEqual([...(await namesOf(first)), ...(await namesOf(second))], shown)
  t.is(second.nextCursor, null)
})

test('a page of namespaces goes on only with its own cursor', async (t) => {
  const { api, log } = serve()
  for (const n of [1, 2]) {
    log.append({ ...scope, namespace: `n-${n}` }, remember(n, 'x'))
    log.append(scope, remember(n + 2, 'x'))
    log.append({ ...other, namespace: `n-${n}` }, remember(n + 4, 'x'))
  }
  const { nextCursor: theirs } = await api.namespaces({ ...reader, tenant: other.tenant }, { limit: 1, cursor: null })
  const { nextCursor: ofMemories } = await api.list(reader, listing({ limit: 1 }))
  t.truthy(theirs)
  t.truthy(ofMemories)
  for (const cursor of [theirs, ofMemories, 'x', '']) {
    t.is((await refusal(api.namespaces(reader, { limit: 1, cursor }))).code, 'invalid_cursor')
  }
})

test('a command is answered with what became of it', async (t) => {
  const { api, log } = serve()
  const stored = remember(1, 'one')
  const refused = forget([99], 5_000)
  log.append(scope, stored)
  log.append(scope, refused)
  const one = await api.command(reader, stored.commandId)
  t.deepEqual([one.type, one.status, one.reason, one.memoryId], ['Remember', 'stored', null, memoryId(1)])
  t.is(offsetOf(one.position), 1)
  const two = await api.command(reader, refused.commandId)
  t.deepEqual([two.status, two.reason], ['refused', 'unknown_memory'])
})

test('a command of another tenant or of a namespace out of reach is not known', async (t) => {
  const { api, log } = serve()
  const theirs = remember(1, 'one')
  const ours = remember(2, 'two')
  log.append(other, theirs)
  log.append(scope, ours)
  t.is((await refusal(api.command(reader, theirs.commandId))).code, 'command_not_found')
  const bound = { ...reader, namespaces: ['elsewhere'] }
  t.is((await refusal(api.command(bound, ours.commandId))).code, 'command_not_found')
})

test('a store that does not answer is a refusal of every read', async (t) => {
  const { api, log } = serve()
  const one = remember(1, 'one')
  log.append(scope, one)
  log.fault = new Error('disk gone')
  const reads = [api.memory(reader, memoryId(1)), api.command(reader, one.commandId), api.namespaces(reader, PAGE)]
  for (const read of reads) t.is((await refusal(read)).code, 'store_unavailable')
})

const namesOf = async (page: NamespacePage | Promise<NamespacePage>): Promise<readonly string[]> =>
  (await page).items.map(({ namespace }) => namespace)

const at = (seconds: number): string => new Date(seconds * 1_000).toISOString()
