import test from 'ava'
import type { Direction, Steps } from '../../domain/graph/hop.ts'
import { forget, link, memoryId, remember, unlink } from './support/commands.ts'
import { reader, refusal, scope } from './support/serve.ts'
import { around, between, chain, idsOf } from './support/walks.ts'

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
  const beside = await api.neighbours(reader, around(2))
  t.true(idsOf(beside).includes(memoryId(1)))
  t.true(beside.complete, 'nobody walked on from it')
  const onward: Steps = { direction: 'out', rels: null }
  t.true(
    (await api.neighbours(reader, around(1, { steps: onward }))).complete,
    'nor back to those that state the links',
  )
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
