import test, { type ExecutionContext } from 'ava'
import type { NeighboursRequest, PathRequest } from '../../../query-api/requests/graph-requests.ts'
import { post } from '../../support/http-client.ts'
import { startServerProcess } from '../../support/server-process.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { call } from './support/call.ts'
import { MEMORY_ID, OTHER_ID, POSITION } from './support/doubles.ts'
import { startEdge } from './support/start-edge.ts'

test('neighbours are asked for with all their fields, and answered with links as they are stated', async (t) => {
  const edge = await startEdge(t)
  const body = {
    memory_id: MEMORY_ID.toUpperCase(),
    ...{ namespace: 'a', depth: 2, limit: 7, direction: 'in', rel: ['about', 'about'], after: POSITION },
  }
  const answer = await call(`${edge.url}/graph/neighbours`, { body })
  t.is(answer.status, 200)
  t.like(answer.json, {
    memory_id: MEMORY_ID,
    links: [{ memory_id: MEMORY_ID, rel: 'depends_on', target: OTHER_ID }],
    missing: [{ memory_id: OTHER_ID, linked_to: MEMORY_ID, rel: 'about' }],
    complete: true,
    position: POSITION,
  })
  t.like((answer.json.items as object[])[0], {
    memory_id: OTHER_ID,
    distance: 1,
    occurred_at: '2025-10-15T12:00:00.000Z',
  })
  t.false('degraded' in answer.json)
  t.deepEqual(edge.query!.last<NeighboursRequest>(), {
    ...{ namespace: 'a', memoryId: MEMORY_ID, depth: 2, limit: 7, after: POSITION },
    steps: { direction: 'in', rels: new Set(['about']) },
  })
  await call(`${edge.url}/graph/neighbours`, { body: { memory_id: MEMORY_ID } })
  t.deepEqual(edge.query!.last<NeighboursRequest>(), {
    ...{ namespace: null, memoryId: MEMORY_ID, depth: 1, limit: 50, after: null },
    steps: { direction: 'both', rels: null },
  })
})

test('a path is asked for by its ends, and has the length of its links', async (t) => {
  const edge = await startEdge(t)
  const answer = await call(`${edge.url}/graph/path`, { body: { from: MEMORY_ID, to: OTHER_ID, max_length: 6 } })
  t.like(answer.json, { found: true, length: 1, explored: 2, complete: true })
  t.is((answer.json.items as object[]).length, 2)
  t.deepEqual(edge.query!.last<PathRequest>(), {
    ...{ namespace: null, from: MEMORY_ID, to: OTHER_ID, maxLength: 6, after: null },
    steps: { direction: 'both', rels: null },
  })
})

const faults: ReadonlyArray<readonly [path: string, body: object, field: string]> = [
  ['/graph/neighbours', {}, 'memory_id'],
  ['/graph/neighbours', { memory_id: 'x' }, 'memory_id'],
  ['/graph/neighbours', { memory_id: MEMORY_ID, depth: 5 }, 'depth'],
  ['/graph/neighbours', { memory_id: MEMORY_ID, limit: 501 }, 'limit'],
  ['/graph/neighbours', { memory_id: MEMORY_ID, direction: 'up' }, 'direction'],
  ['/graph/neighbours', { memory_id: MEMORY_ID, rel: [] }, 'rel'],
  ['/graph/neighbours', { memory_id: MEMORY_ID, rel: ['9'] }, 'rel[0]'],
  ['/graph/neighbours', { memory_id: MEMORY_ID, after: 'x' }, 'after'],
  ['/graph/path', { from: MEMORY_ID }, 'to'],
  ['/graph/path', { from: MEMORY_ID, to: 7 }, 'to'],
  ['/graph/path', { from: MEMORY_ID, to: OTHER_ID, max_length: 9 }, 'max_length'],
  ['/graph/path', { from: MEMORY_ID, to: OTHER_ID, depth: 1 }, 'depth'],
]
for (const [path, body, field] of faults) {
  test(`${path} refuses ${JSON.stringify(body).slice(0, 90)} and names ${field}`, async (t) => {
    const edge = await startEdge(t)
    const answer = await call(`${edge.url}${path}`, { body })
    t.is(answer.status, 400, JSON.stringify(answer.json))
    t.is(answer.json.field, field)
    t.is(edge.query!.calls.length, 0)
  })
}

async function remembered(t: ExecutionContext, url: string, content: string, more: object = {}): Promise<string> {
  const { status, body } = await post(`${url}/remember`, { content, ...more }, { prefer: 'wait=10' })
  t.is(status, 201, JSON.stringify(body))
  return String(body.memory_id)
}

test('links that were just stated are walked by a server, and not after what they lead to is erased', async (t) => {
  const server = await startServerProcess(temporaryFolder(t))
  t.teardown(() => server.kill())
  const gypsum = await remembered(t, server.url, 'Order gypsum.', { user_id: 'ada' })
  const plaster = await remembered(t, server.url, 'Plaster every wall.', {
    links: [{ rel: 'requires', target: gypsum }],
  })
  const paint = await remembered(t, server.url, 'Paint the kitchen.')
  t.is((await post(`${server.url}/link`, { memory_id: paint, rel: 'depends_on', target: plaster })).status, 202)
  const path = await post(`${server.url}/graph/path`, { from: paint, to: gypsum })
  t.is(path.status, 200, JSON.stringify(path.body))
  t.deepEqual(
    (path.body.items as Array<{ content: string }>).map(({ content }) => content),
    ['Paint the kitchen.', 'Plaster every wall.', 'Order gypsum.'],
  )
  t.deepEqual(path.body.links, [
    { memory_id: paint, rel: 'depends_on', target: plaster },
    { memory_id: plaster, rel: 'requires', target: gypsum },
  ])
  t.is((await post(`${server.url}/forget`, { mode: 'erase', user_id: 'ada' })).status, 202)
  const around = await post(`${server.url}/graph/neighbours`, { memory_id: plaster, depth: 2 })
  t.deepEqual(
    (around.body.items as Array<{ memory_id: string }>).map(({ memory_id }) => memory_id),
    [paint],
  )
  t.false(JSON.stringify(around.body).includes('gypsum'))
  const gone = await post(`${server.url}/graph/path`, { from: paint, to: gypsum })
  t.is(gone.status, 404)
  t.like(gone.body, { code: 'memory_not_found', field: 'to' })
})
