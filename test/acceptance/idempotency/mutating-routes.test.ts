import test from 'ava'
import { eventually } from '../../support/eventually.ts'
import type { Answer } from '../../support/http-client.ts'
import { keyedServer, type Request, type Tenant } from './keyed-server.ts'

const PARALLEL = 24

const acceptance = keyedServer()
test.before(() => acceptance.start())
test.after.always(() => acceptance.stop())

/** What a request is and what it should have done, once. */
interface Case {
  readonly route: string
  prepare(server: Tenant): Promise<{ readonly request: Request; effect(): Promise<unknown>; readonly once: unknown }>
}

/** Of two memories that both match, and of one that does not. */
function forgetCase(route: string, matching: Record<string, unknown>, body: unknown, otherBody: unknown): Case {
  return {
    route,
    async prepare(server) {
      const ids = [
        await server.remember('a', matching),
        await server.remember('b', matching),
        await server.remember('c'),
      ]
      const effect = async () =>
        Promise.all(ids.map(async (id) => (await server.read(`/memories/${id}`)).retired_at !== null))
      return { request: { method: 'POST', path: '/forget', body, otherBody }, effect, once: [true, true, false] }
    },
  }
}

const cases: readonly Case[] = [
  {
    route: 'POST /remember',
    async prepare(server) {
      const request: Request = {
        method: 'POST',
        path: '/remember',
        body: { content: 'x' },
        otherBody: { content: 'y' },
      }
      const effect = async () => ((await server.read(`/memories`)).items as unknown[]).length
      return { request, effect, once: 1 }
    },
  },
  {
    route: 'POST /link',
    async prepare(server) {
      const [from, to, third] = [await server.remember('a'), await server.remember('b'), await server.remember('c')]
      const body = { memory_id: from, rel: 'about', target: to }
      const request: Request = { method: 'POST', path: '/link', body, otherBody: { ...body, target: third } }
      const effect = async () => ((await server.read(`/memories/${from}/links`)).links as unknown[]).length
      return { request, effect, once: 1 }
    },
  },
  {
    route: 'POST /unlink',
    async prepare(server) {
      const [from, to] = [await server.remember('a'), await server.remember('b')]
      const body = { memory_id: from, rel: 'about', target: to }
      await server.send('POST', '/link', body)
      const request: Request = { method: 'POST', path: '/unlink', body, otherBody: { ...body, rel: 'beside' } }
      const links = async () => (await server.read(`/memories/${from}/links`)).links as { standing: boolean }[]
      return { request, effect: async () => (await links()).map(({ standing }) => standing), once: [false] }
    },
  },
  {
    route: 'POST /feedback',
    async prepare(server) {
      const id = await server.remember('a')
      const body = { memory_id: id, useful: true }
      const request: Request = { method: 'POST', path: '/feedback', body, otherBody: { ...body, useful: false } }
      return { request, effect: async () => (await server.read(`/memories/${id}`)).rehearsals, once: 2 }
    },
  },
  {
    route: 'POST /forget of one memory',
    async prepare(server) {
      const [id, other] = [await server.remember('a'), await server.remember('b')]
      const request: Request = {
        method: 'POST',
        path: '/forget',
        body: { memory_id: id },
        otherBody: { memory_id: other },
      }
      const effect = async () => ((await server.read(`/memories/${id}/history`)).intervals as unknown[]).length
      return { request, effect, once: 1 }
    },
  },
  forgetCase('POST /forget by filters', { tags: ['old'] }, { filters: { tags: 'old' } }, { filters: { tags: 'new' } }),
  forgetCase('POST /forget by scope', { run_id: 'first' }, { run_id: 'first' }, { run_id: 'second' }),
  {
    route: 'DELETE /memories/{id}',
    async prepare(server) {
      const id = await server.remember('a')
      const effect = async () => (await server.read(`/memories/${id}`)).retired_at !== null
      return { request: { method: 'DELETE', path: `/memories/${id}` }, effect, once: true }
    },
  },
  {
    route: 'POST /restore',
    async prepare(server) {
      const [id, other] = [await server.remember('a'), await server.remember('b')]
      await server.send('DELETE', `/memories/${id}`)
      const request: Request = {
        method: 'POST',
        path: '/restore',
        body: { memory_id: id },
        otherBody: { memory_id: other },
      }
      const effect = async () => ((await server.read(`/memories/${id}/history`)).intervals as unknown[]).length
      return { request, effect, once: 2 }
    },
  },
  {
    route: 'PUT /namespaces/{namespace}',
    async prepare(server) {
      await server.remember('a')
      const request: Request = {
        method: 'PUT',
        path: '/namespaces/default',
        body: { profile: 'notes' },
        otherBody: { profile: 'dialogue' },
      }
      const namespaces = async () => (await server.read(`/namespaces`)).items as { profile: string }[]
      return { request, effect: async () => (await namespaces())[0]?.profile, once: 'notes' }
    },
  },
]

for (const { route, prepare } of cases) {
  test(`${route}: ${PARALLEL} retries at once, and one later, are one command with one effect`, async (t) => {
    const server = acceptance.newTenant()
    const { request, effect, once } = await prepare(server)
    const parallel = await Promise.all(Array.from({ length: PARALLEL }, () => server.keyed('key-1', request)))
    for (const { status, body } of parallel) {
      t.true(status < 300 || (status === 409 && body.code === 'request_in_flight'), `${status} ${JSON.stringify(body)}`)
    }
    const taken = parallel.filter(({ status }) => status < 300)
    t.true(taken.length > 0)
    const replayed = await server.keyed('key-1', request)
    t.is(replayed.headers.get('idempotent-replayed'), 'true')
    t.is(replayed.status, 200)
    const ids = [...taken, replayed].map(({ body }) => idOf(body))
    t.is(new Set(ids).size, 1, 'one command id')
    t.deepEqual(await effect(), once)
  })

  test(`${route}: its key with another body is refused, and under another key it is another command`, async (t) => {
    const server = acceptance.newTenant()
    const { request, effect, once } = await prepare(server)
    const first = await server.keyed('key-1', request)
    t.true(first.status < 300, JSON.stringify(first.body))
    if (request.otherBody !== undefined) {
      const other = await server.keyed('key-1', request, request.otherBody)
      t.is(other.status, 422)
      t.is(other.body.code, 'idempotency_conflict')
    }
    t.deepEqual(await effect(), once)
    const again = await server.keyed('key-2', request)
    t.not(idOf(again.body), idOf(first.body))
    t.is(again.headers.get('idempotent-replayed'), null)
  })
}

/** Of a receipt, of all receipts of a forget, or of a refusal that names its command. */
function idOf(body: Record<string, unknown>): unknown {
  return body.command_id ?? (body.receipts as { command_id: string }[] | undefined)?.map((one) => one.command_id).join()
}

test('POST /remember/batch: retries at once and later are one memory per item, each with a key of its own', async (t) => {
  const server = acceptance.newTenant()
  const items = [{ content: 'a' }, { content: 'b', idempotency_key: 'own' }, { content: 'c' }]
  const request: Request = { method: 'POST', path: '/remember/batch', body: { items } }
  const parallel = await Promise.all(Array.from({ length: PARALLEL }, () => server.keyed('batch', request)))
  const idsOf = ({ body }: Answer): unknown[] =>
    (body.results as { memory_id?: string; error?: { code: string } }[]).map(
      ({ memory_id, error }) => memory_id ?? error?.code,
    )
  const seen = items.map((_item, i) => new Set(parallel.map((answer) => idsOf(answer)[i])))
  for (const ids of seen) t.is([...ids].filter((id) => id !== 'request_in_flight').length, 1)
  const later = await server.keyed('batch', request)
  t.true((later.body.results as { replayed?: boolean }[]).every(({ replayed }) => replayed === true))
  t.is(((await server.read(`/memories`)).items as unknown[]).length, items.length)
})

test('POST /forget with mode "erase": retries at once, and one later, are one erasure with one receipt', async (t) => {
  const server = acceptance.newTenant()
  for (const content of ['a', 'b']) await server.remember(content, { user_id: 'ada' })
  const kept = await server.remember('c', { user_id: 'bob' })
  const request: Request = { method: 'POST', path: '/forget', body: { mode: 'erase', user_id: 'ada' } }
  const parallel = await Promise.all(Array.from({ length: PARALLEL }, () => server.keyed('erase', request)))
  // Before it is folded, too.
  parallel.push(await server.keyed('erase', request))
  const taken = parallel.filter(({ status }) => status === 202)
  t.true(taken.length > 0)
  for (const { status, body } of parallel) {
    t.true(status === 202 || (status === 409 && body.code === 'request_in_flight'), `${status} ${JSON.stringify(body)}`)
  }
  const receiptId = taken[0]!.body.receipt_id
  const { receipt } = await eventually(async () => {
    const state = await server.read(`/receipts/${receiptId}`)
    if (state.status !== 'complete') throw new Error(`still ${JSON.stringify(state)}`)
    return state as { receipt: Record<string, unknown> }
  })
  t.is(receipt.memories, 2)
  const later = await server.keyed('erase', request)
  t.is(later.headers.get('idempotent-replayed'), 'true')
  for (const { body } of [...taken, later]) t.deepEqual(body, later.body)

  const other = await server.keyed('erase', request, { mode: 'erase', user_id: 'bob' })
  t.is(other.status, 422)
  t.is(other.body.code, 'idempotency_conflict')
  // Folded behind every record that the retries may have left.
  await server.remember('d')
  t.is((await server.read(`/memories/${kept}`)).retired_at, null)
  t.deepEqual(acceptance.erasuresOf(server.name), { erasures: 1, receipts: 1 })
})

test('POST /forget by filter: a retry is told what the first did, and retires nothing that came after it', async (t) => {
  const server = acceptance.newTenant()
  for (const content of ['a', 'b']) await server.remember(content, { tags: ['old'] })
  const request: Request = { method: 'POST', path: '/forget', body: { filters: { tags: 'old' } } }
  const first = await server.keyed('forget', request)
  t.is(first.body.count, 2)
  const retry = async (): Promise<void> => {
    const retried = await server.keyed('forget', request)
    t.is(retried.headers.get('idempotent-replayed'), 'true')
    t.is(retried.status, 200)
    t.is(idOf(retried.body), idOf(first.body))
  }
  await retry()
  const later = await server.remember('c', { tags: ['old'] })
  await retry()
  t.is((await server.read(`/memories/${later}`)).retired_at, null)
  const anew = await server.keyed('forget-again', request)
  t.is(anew.body.count, 1)
})

test('POST /forget by filter: its key with another filter is refused, also when nothing is left to retire', async (t) => {
  const server = acceptance.newTenant()
  await server.remember('a', { tags: ['old'] })
  const request: Request = { method: 'POST', path: '/forget', body: { filters: { tags: 'old' } } }
  t.is((await server.keyed('forget', request)).body.count, 1)
  const other = await server.keyed('forget', request, { filters: { tags: 'new' } })
  t.is(other.status, 422)
  t.is(other.body.code, 'idempotency_conflict')
})
