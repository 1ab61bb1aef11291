import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { startEmbedded } from '../../../infra/embedded/start-embedded.ts'
import type { Authenticator } from '../../../infra/http/auth/authenticator.ts'
import { createHttpServer } from '../../../infra/http/create-http-server.ts'
import { createLogger } from '../../../infra/telemetry/logger.ts'
import { createMetrics } from '../../../infra/telemetry/metrics.ts'
import { type Answer, send } from '../../support/http-client.ts'

const PARALLEL = 24

interface Request {
  readonly method: 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  /** The same route with something else in its body; none where there is no body. */
  readonly otherBody?: unknown
}

/** A tenant of its own on the server of this file. */
interface Subject {
  /** Sends with a key and waits for the fold. */
  keyed(key: string, request: Request, body?: unknown): Promise<Answer>
  send(method: string, path: string, body?: unknown): Promise<Answer>
  /** A new memory's id. */
  remember(content: string, more?: Record<string, unknown>): Promise<string>
  read(path: string): Promise<Record<string, unknown>>
}

let url = ''
let close = async (): Promise<void> => {}

/** Whoever says its name is a tenant of that name. */
const nameAsTenant: Authenticator = {
  authenticate: ({ authorization }) => ({
    tenant: String(authorization),
    principal: 'tester',
    roles: ['reader', 'writer', 'admin'],
    namespaces: null,
  }),
}

test.before(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-idempotency-'))
  const metrics = createMetrics({ processMetrics: false })
  const logger = createLogger({ level: 'silent' })
  const embedded = await startEmbedded({
    dataDir: folder,
    masterKey: null,
    viewMemoryBytes: 64 << 20,
    clock: Date.now,
    logger,
    metrics,
    onFatal: (error) => {
      throw error
    },
  })
  const app = createHttpServer({
    ...embedded,
    authenticator: nameAsTenant,
    health: async () => ({ status: 'healthy', timestamp: '', components: {}, version: '', mode: '' }),
    ready: () => ({ ready: true }),
    startup: () => ({ ready: true }),
    metrics,
    logger,
    now: Date.now,
    version: '0.0.0',
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
  close = async () => {
    await app.close()
    await embedded.close()
    rmSync(folder, { recursive: true })
  }
})

test.after.always(() => close())

let tenants = 0

function newTenant(t: ExecutionContext): Subject {
  tenants += 1
  const authorization = `tenant-${tenants}`
  const waits = { authorization, prefer: 'wait=10' }
  return {
    keyed: (key, { method, path, body }, other = body) =>
      send(method, `${url}${path}`, other, { ...waits, 'idempotency-key': key }),
    send: (method, path, body) => send(method, `${url}${path}`, body, waits),
    async remember(content, more = {}) {
      const answer = await send('POST', `${url}/remember`, { content, ...more }, waits)
      t.is(answer.status, 201)
      return String(answer.body.memory_id)
    },
    read: async (path) => (await send('GET', `${url}${path}`, undefined, waits)).body,
  }
}

/** What a request is and what it should have done, once. */
interface Case {
  readonly route: string
  prepare(server: Subject): Promise<{ readonly request: Request; effect(): Promise<unknown>; readonly once: unknown }>
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
    const server = newTenant(t)
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
    const server = newTenant(t)
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

/** Of a receipt, of the first receipt of a forget, or of a refusal that names its command. */
function idOf(body: Record<string, unknown>): unknown {
  return body.command_id ?? (body.receipts as { command_id: string }[] | undefined)?.[0]?.command_id
}

test('POST /remember/batch: retries at once and later are one memory per item, each with a key of its own', async (t) => {
  const server = newTenant(t)
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

test('POST /forget by filter: a retry is told what the first did, and retires nothing that came after it', async (t) => {
  const server = newTenant(t)
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
  const server = newTenant(t)
  await server.remember('a', { tags: ['old'] })
  const request: Request = { method: 'POST', path: '/forget', body: { filters: { tags: 'old' } } }
  t.is((await server.keyed('forget', request)).body.count, 1)
  const other = await server.keyed('forget', request, { filters: { tags: 'new' } })
  t.is(other.status, 422)
  t.is(other.body.code, 'idempotency_conflict')
})
