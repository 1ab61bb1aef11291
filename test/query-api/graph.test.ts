import test from 'ava'
import type { Direction } from '../../domain/graph/hop.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import type { Progress } from '../../query-api/ports/progress.ts'
import type { NeighboursRequest, PathRequest } from '../../query-api/requests/graph-requests.ts'
import { forget, link, memoryId, remember, unlink } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import { offsetOf, reader, refusal, scope, serve } from './support/serve.ts'

const walk = { namespace: scope.namespace, steps: { direction: 'both' as Direction, rels: null }, after: null }
const around = (id: number, parts: Partial<NeighboursRequest> = {}): NeighboursRequest => ({
  ...{ ...walk, memoryId: memoryId(id), depth: 1, limit: 50 },
  ...parts,
})
const between = (from: number, to: number, parts: Partial<PathRequest> = {}): PathRequest => ({
  ...{ ...walk, from: memoryId(from), to: memoryId(to), maxLength: 4 },
  ...parts,
})
const idsOf = ({ items }: { readonly items: ReadonlyArray<{ readonly memoryId: string }> }) =>
  items.map((item) => item.memoryId)

/** 1 depends on 2, 2 on 3, 3 on 4; 5 is about 2. */
function chain(limits = {}) {
  const served = serve(new FoldedLog(), { limits })
  const { log } = served
  for (let id = 1; id <= 5; id += 1) log.append(scope, remember(id, `thing ${id}`))
  for (let id = 1; id <= 3; id += 1) log.append(scope, link(id, 'depends_on', id + 1, 5_000 + id))
  log.append(scope, link(5, 'about', 2, 5_010))
  return served
}

test('neighbours come ring by ring, with the links between them', async (t) => {
  const { api } = chain()
  const near = await api.neighbours(reader, around(2))
  t.deepEqual(idsOf(near), [memoryId(1), memoryId(3), memoryId(5)])
  t.deepEqual(near.items[0]?.content, 'thing 1')
  t.deepEqual(
    near.links.map(({ from, rel, to }) => [from, rel, to]),
    [
      [memoryId(1), 'depends_on', memoryId(2)],
      [memoryId(2), 'depends_on', memoryId(3)],
      [memoryId(5), 'about', memoryId(2)],
    ],
  )
  t.true(near.complete)
  const far = await api.neighbours(reader, around(1, { depth: 3 }))
  t.deepEqual(
    far.items.map((item) => [item.memoryId, item.distance]),
    [
      [memoryId(2), 1],
      [memoryId(3), 2],
      [memoryId(5), 2],
      [memoryId(4), 3],
    ],
  )
})

test('direction and relation choose the links', async (t) => {
  const { api } = chain()
  const ask = async (direction: Direction, rels: ReadonlySet<string> | null = null) =>
    idsOf(await api.neighbours(reader, around(2, { steps: { direction, rels } })))
  t.deepEqual(await ask('out'), [memoryId(3)])
  t.deepEqual(await ask('in'), [memoryId(1), memoryId(5)])
  t.deepEqual(await ask('both', new Set(['about'])), [memoryId(5)])
  t.deepEqual(await ask('out', new Set(['about'])), [])
})

test('a link that was taken back leads nowhere', async (t) => {
  const { api, log } = chain()
  log.append(scope, unlink(2, 'depends_on', 3, 9_000))
  t.deepEqual(idsOf(await api.neighbours(reader, around(2))), [memoryId(1), memoryId(5)])
  t.false((await api.path(reader, between(1, 4))).found)
})

test('what is retired or out of date is no neighbour and no way, and is named as missing', async (t) => {
  const { api, log, time } = chain()
  log.append(scope, remember(6, 'soon over', { recordedAt: 8_000, ttlSeconds: 10 }))
  log.append(scope, link(2, 'about', 6, 8_001))
  t.true(idsOf(await api.neighbours(reader, around(2))).length === 3)
  time.now = 10_000
  t.deepEqual(idsOf(await api.neighbours(reader, around(2))), [memoryId(1), memoryId(3), memoryId(5), memoryId(6)])
  time.now = 18_000
  t.deepEqual((await api.neighbours(reader, around(2))).missing, [
    { memoryId: memoryId(6), linkedTo: memoryId(2), rel: 'about' },
  ])
  log.append(scope, forget([3], 19_000))
  const answer = await api.neighbours(reader, around(2))
  t.deepEqual(idsOf(answer), [memoryId(1), memoryId(5)])
  t.deepEqual(
    answer.missing.map((end) => end.memoryId),
    [memoryId(6), memoryId(3)],
  )
  t.deepEqual(await api.path(reader, between(1, 4)).then(({ found, complete }) => ({ found, complete })), {
    found: false,
    complete: true,
  })
})

test('what was corrected is its correction, with the links of both', async (t) => {
  const { api, log } = chain()
  log.append(scope, remember(6, 'thing 2, corrected', { recordedAt: 9_000, supersedes: memoryId(2) }))
  log.append(scope, link(6, 'about', 4, 9_001))
  const answer = await api.neighbours(reader, around(2))
  t.is(answer.memoryId, memoryId(6))
  t.deepEqual(new Set(idsOf(answer)), new Set([memoryId(1), memoryId(3), memoryId(4), memoryId(5)]))
  t.deepEqual(idsOf(await api.path(reader, between(1, 4))), [memoryId(1), memoryId(6), memoryId(4)])
})

test('a path is a shortest one, and goes as far as asked', async (t) => {
  const { api } = chain()
  const path = await api.path(reader, between(1, 4))
  t.deepEqual(idsOf(path), [memoryId(1), memoryId(2), memoryId(3), memoryId(4)])
  t.is(path.links.length, 3)
  t.is(path.items[3]?.content, 'thing 4')
  t.like(await api.path(reader, between(1, 4, { maxLength: 2 })), { found: false, items: [], complete: true })
  t.like(await api.path(reader, between(4, 1, { steps: { direction: 'out', rels: null } })), { found: false })
  t.deepEqual(idsOf(await api.path(reader, between(4, 1, { steps: { direction: 'in', rels: null } }))).length, 4)
  t.deepEqual(idsOf(await api.path(reader, between(3, 3))), [memoryId(3)])
})

test('a walk that ends at a limit says so', async (t) => {
  const { api, log } = chain({ graphMemories: 4 })
  t.like(await api.neighbours(reader, around(2)), { complete: true })
  for (let id = 10; id < 20; id += 1) {
    log.append(scope, remember(id, `leaf ${id}`))
    log.append(scope, link(2, 'about', id, 6_000 + id))
  }
  const cut = await api.neighbours(reader, around(2))
  t.is(cut.items.length, 3)
  t.false(cut.complete)
  t.like(await api.path(reader, between(1, 4)), { found: false, complete: false })
  const few = await chain().api.neighbours(reader, around(2, { limit: 2 }))
  t.deepEqual(idsOf(few), [memoryId(1), memoryId(3)])
  t.false(few.complete)
})

test('of a memory with more links than are looked at, some are, and it is said', async (t) => {
  const { api, log } = chain({ graphLinks: 3 })
  t.like(await api.neighbours(reader, around(1)), { complete: true })
  for (let id = 10; id < 15; id += 1) {
    log.append(scope, remember(id, `leaf ${id}`))
    log.append(scope, link(id, 'about', 1, 6_000 + id))
  }
  const cut = await api.neighbours(reader, around(1))
  t.is(cut.items.length, 4, 'three that lead to it, and the one that it leads to')
  t.false(cut.complete)
  t.like(await api.path(reader, between(1, 4)), { found: true, complete: false })
})

test('of many memories at once fewer links of each are looked at, and it is said', async (t) => {
  const { api, log } = chain({ graphLinksAtOnce: 8 })
  for (let id = 10; id < 13; id += 1) log.append(scope, remember(id, `leaf ${id}`))
  for (let id = 10; id < 13; id += 1) log.append(scope, link(id, 'about', 3, 6_000 + id))
  const alone = await api.neighbours(reader, around(3))
  t.deepEqual(
    [alone.items.length, alone.complete],
    [5, false],
    'of one memory four of each direction: there may be more',
  )
  const among = await api.neighbours(reader, around(2, { depth: 2 }))
  t.false(among.complete)
  t.true(among.items.length < 7, 'of three at once one of each')
})

test('what is nowhere, retired, or in another namespace or tenant is one refusal that names the field', async (t) => {
  const { api, log } = chain()
  const other = { tenant: 'acme', namespace: 'other' }
  const stranger = { tenant: 'umbrella', namespace: scope.namespace }
  log.append(other, remember(30, 'elsewhere'))
  log.append(stranger, remember(31, 'a secret of another tenant'))
  log.append(scope, forget([5], 9_000))
  for (const id of [30, 31, 99, 5]) {
    const asked = memoryId(id)
    const expected = { code: 'memory_not_found', detail: `No memory ${asked} stands in this namespace.` } as const
    t.like(await refusal(api.neighbours(reader, around(id))), { ...expected, field: 'memory_id' })
    t.like(await refusal(api.path(reader, between(id, 1))), { ...expected, field: 'from' })
    t.like(await refusal(api.path(reader, between(1, id))), { ...expected, field: 'to' })
  }
  t.is((await refusal(api.neighbours({ ...reader, namespaces: ['other'] }, around(1)))).code, 'forbidden')
  t.is((await refusal(api.path({ ...reader, namespaces: ['other'] }, between(1, 2)))).code, 'forbidden')
})

test('without a namespace a walk is in that of the memory where it begins, if that is within reach', async (t) => {
  const { api, log } = chain()
  const other = { tenant: 'acme', namespace: 'other' }
  for (const id of [30, 31]) log.append(other, remember(id, `elsewhere ${id}`))
  log.append(other, link(30, 'about', 31, 6_000))
  const anywhere = { namespace: null }
  t.deepEqual(idsOf(await api.neighbours(reader, around(30, anywhere))), [memoryId(31)])
  t.deepEqual(idsOf(await api.path(reader, between(30, 31, anywhere))), [memoryId(30), memoryId(31)])
  t.like(await refusal(api.path(reader, between(30, 1, anywhere))), { code: 'memory_not_found', field: 'to' })
  const bound = { ...reader, namespaces: [scope.namespace] }
  const nobody = memoryId(99)
  const said = (id: string) => ({ code: 'memory_not_found', detail: `There is no memory ${id}.` }) as const
  const denied = async (namespace: string) => namespace !== 'other'
  for (const [who, reach] of [
    [bound, undefined],
    [reader, denied],
    [{ ...reader, tenant: 'umbrella' }, undefined],
  ] as const) {
    for (const id of [memoryId(30), nobody]) {
      const asked = { ...around(1, anywhere), memoryId: id }
      t.like(await refusal(api.neighbours(who, asked, reach)), { ...said(id), field: 'memory_id' })
      t.like(await refusal(api.path(who, { ...between(1, 31, anywhere), from: id }, reach)), {
        ...said(id),
        field: 'from',
      })
    }
  }
  t.deepEqual(idsOf(await api.neighbours(bound, around(1, anywhere))), [memoryId(2)])
})

test('a memory that was just written is waited for by its position alone', async (t) => {
  const log = new FoldedLog({ autoFold: false })
  const partition = partitionOf(partitionKey(scope))
  const { api } = serve(log, { defaultAfter: 'none' })
  const after = log.append(scope, remember(1, 'thing 1'))
  const asked = around(1, { namespace: null, after })
  t.is((await refusal(api.neighbours(reader, asked))).code, 'not_yet_visible')
  const answer = api.neighbours(reader, asked)
  log.fold(partition)
  t.is((await answer).position, after)
  for (let other = 0; other < 12; other += 1) log.fold(other)
  log.append(scope, remember(2, 'thing 2'))
  const latest = api.neighbours(reader, around(2, { namespace: null, after: 'latest' }))
  log.fold(partition)
  t.is((await latest).memoryId, memoryId(2))
})

test('a link to a memory of another namespace or tenant leads nowhere', async (t) => {
  const { api, log } = chain()
  log.append({ tenant: 'umbrella', namespace: scope.namespace }, remember(31, 'a secret of another tenant'))
  log.append({ tenant: 'acme', namespace: 'other' }, remember(30, 'elsewhere'))
  const links = [4, 30, 31, 99].map((id) => ({ rel: 'about', target: memoryId(id) }))
  log.append(scope, remember(20, 'thing 20', { links }))
  const answer = await api.neighbours(reader, around(20, { depth: 2 }))
  t.deepEqual(idsOf(answer), [memoryId(4), memoryId(3)])
  t.deepEqual(answer.missing.map((end) => end.memoryId).sort(), [memoryId(30), memoryId(31), memoryId(99)])
  t.false(JSON.stringify(answer.items).includes('secret'))
})

test('an answer names its position, and waits for the one that it is asked behind', async (t) => {
  const { api, log } = chain()
  const answer = await api.neighbours(reader, around(2))
  t.true(offsetOf(answer.position) >= 0)
  const path = await api.path(reader, between(1, 2, { after: answer.position }))
  t.is(path.position, answer.position)
  t.deepEqual(path.degraded, [])
  t.is((await refusal(api.neighbours(reader, around(2, { after: 'nonsense' })))).code, 'invalid_position')
  log.append(scope, remember(40, 'later'))
  t.true(offsetOf((await api.neighbours(reader, around(2))).position) > offsetOf(answer.position))
})

test('what is not folded in time is waited for, refused behind a position, and else missing and said so', async (t) => {
  const log = new FoldedLog({ autoFold: false })
  const partition = partitionOf(partitionKey(scope))
  log.append(scope, remember(1, 'thing 1'))
  log.append(scope, remember(2, 'thing 2'))
  log.fold(partition)
  const { api } = serve(log)
  const after = log.append(scope, link(1, 'about', 2, 5_000))
  t.like(await refusal(api.neighbours(reader, around(1, { after }))), { code: 'not_yet_visible', field: 'after' })
  const behind = await api.neighbours(reader, around(1))
  t.deepEqual([behind.items, behind.degraded], [[], ['lag']])
  log.fold(partition)
  const asked = await api.neighbours(reader, around(1, { after }))
  t.deepEqual([idsOf(asked), asked.position, asked.degraded], [[memoryId(2)], after, []])
})

test('a store that stands behind what was folded before does not pass for what was asked', async (t) => {
  const log = new FoldedLog({ autoFold: false })
  const partition = partitionOf(partitionKey(scope))
  log.append(scope, remember(1, 'thing 1'))
  log.fold(partition)
  const after = log.append(scope, remember(2, 'thing 2'))
  const { api } = serve(log, { progress: { ...progressOf(log), waitForFold: async () => true } })
  t.is((await refusal(api.neighbours(reader, around(1, { after })))).code, 'not_yet_visible')
  t.is((await refusal(api.path(reader, between(1, 1, { after })))).code, 'not_yet_visible')
})

test('while the log does not answer, walks go on and say so', async (t) => {
  const { log } = chain()
  const { api } = serve(log, { progress: { ...progressOf(log), logAnswers: () => false } })
  t.deepEqual((await api.neighbours(reader, around(2))).degraded, ['log'])
  t.deepEqual((await api.path(reader, between(1, 4))).degraded, ['log'])
  log.fault = new Error('the store is away')
  t.is((await refusal(api.neighbours(reader, around(2)))).code, 'store_unavailable')
})

const progressOf = (log: FoldedLog): Progress => ({
  generationOf: (partition, offset) => log.generationOf(partition, offset),
  head: (partition) => log.head(partition),
  latestHead: (partition) => log.latestHead(partition),
  logAnswers: () => log.logAnswers(),
  folded: (partition) => log.folded(partition),
  waitForFold: (partition, offset, timeoutMs) => log.waitForFold(partition, offset, timeoutMs),
})
