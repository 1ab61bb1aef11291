import { randomUUID } from 'node:crypto'
import type { Random } from '../../chaos/cluster/random.ts'
import type { IdKind, KnownIds } from './known-ids.ts'
import { type Holder, holders, markOf, NAMESPACES } from './tenants.ts'

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  /** Beside those of every call. */
  readonly headers?: Readonly<Record<string, string>>
}

/** One call of a holder, and what it should not be told. */
export interface GeneratedCall extends HttpCall {
  readonly holder: Holder
  /** An id in the call that exists beyond the holder's reach. */
  readonly foreignId: string | null
}

/** Something of somebody, cut from an answer: to be sent back by anybody. */
export interface Tokens {
  readonly cursors: string[]
  readonly positions: string[]
}

type Make = (draw: Draw) => HttpCall

interface Draw {
  readonly random: Random
  readonly holder: Holder
  readonly namespace: string
  /** Of any tenant: what an attacker would search for. */
  readonly mark: string
  readonly memoryId: string
  /** Of the caller, where the others may be somebody else's. */
  readonly ownMemoryId: string
  readonly commandId: string
  readonly receiptId: string
  readonly tokens: Tokens
}

const words = ['tea', 'lisbon', 'office', 'moves', 'ana', 'prefers', 'green', 'the', 'in', 'march']
const text = ({ random, mark }: Draw): string => `${mark} ${random.pick(words)} ${random.pick(words)}`
const maybe = <T>(random: Random, value: T): T | undefined => (random.int(3) === 0 ? value : undefined)
const pickToken = (random: Random, tokens: readonly string[]): string | undefined =>
  tokens.length > 0 && random.int(6) === 0 ? random.pick(tokens) : undefined

/** What a tenant stores carries its own mark in every field that has text. */
export function rememberBody(random: Random, { identity }: Holder, namespace: string): Record<string, unknown> {
  const mark = markOf(identity.tenant, namespace)
  return {
    content: `${mark} ${random.pick(words)} ${random.pick(words)} ${random.int(1000)}`,
    namespace,
    metadata: { source: mark, topic: random.pick(words) },
    tags: [mark, random.pick(words)],
    author: `${mark} author`,
    run_id: `${mark} run ${random.int(5)}`,
    agent_id: mark,
    ...(random.int(3) === 0 ? { user_id: `${mark} user` } : {}),
  }
}

const makes: ReadonlyArray<readonly [number, Make]> = [
  [
    64,
    (d) =>
      post('/recall', { query: text(d), namespace: d.namespace, k: 5, after: pickToken(d.random, d.tokens.positions) }),
  ],
  [24, (d) => post('/recall', { query: text(d), namespace: d.namespace, explain: true, filters: { tags: d.mark } })],
  [16, (d) => post('/context', { query: text(d), namespace: d.namespace, token_budget: 500 })],
  [16, (d) => post('/plan', { goal: text(d), namespace: d.namespace, max_steps: 4 })],
  [32, (d) => get('/memories', { namespace: d.namespace, limit: '5', cursor: pickToken(d.random, d.tokens.cursors) })],
  [16, (d) => get('/episodes', { namespace: d.namespace, limit: '2', cursor: pickToken(d.random, d.tokens.cursors) })],
  [24, (d) => post('/memories/search', { namespace: d.namespace, filters: { 'metadata.source': d.mark }, limit: 5 })],
  [56, (d) => get(`/memories/${d.memoryId}`)],
  [24, (d) => get(`/memories/${d.memoryId}/history`)],
  [24, (d) => get(`/memories/${d.memoryId}/links`)],
  [16, (d) => post('/graph/neighbours', { memory_id: d.memoryId, namespace: maybe(d.random, d.namespace), depth: 2 })],
  [
    8,
    (d) => post('/graph/neighbours', { memory_id: d.ownMemoryId, namespace: maybe(d.random, d.namespace), depth: 2 }),
  ],
  [8, (d) => post('/graph/path', { from: d.ownMemoryId, to: d.memoryId, namespace: maybe(d.random, d.namespace) })],
  [24, (d) => get(`/commands/${d.commandId}`)],
  [12, () => get('/namespaces')],
  [12, (d) => get('/working-memory', { namespace: d.namespace })],
  [4, () => get('/metrics')],
  [
    12,
    (d) => {
      const cursor = pickToken(d.random, d.tokens.cursors)
      return get('/audit', { limit: '5', namespace: maybe(d.random, d.namespace), cursor })
    },
  ],
  [
    8,
    (d) => get(`/subjects/${encodeURIComponent(`${d.mark} user`)}/export`, { namespace: maybe(d.random, d.namespace) }),
  ],
  [16, (d) => get(`/receipts/${d.receiptId}`)],
  [2, (d) => post('/remember', rememberBody(d.random, d.holder, d.namespace))],
  [1, (d) => post('/remember', { ...rememberBody(d.random, d.holder, d.namespace), supersedes: d.memoryId })],
  [
    2,
    (d) => {
      const items = Array.from({ length: 3 }, () => withoutNamespace(rememberBody(d.random, d.holder, d.namespace)))
      return post('/remember/batch', { namespace: d.namespace, items: [...items, { content: 'x', namespace: 'c' }] })
    },
  ],
  [2, (d) => post('/feedback', { memory_id: d.memoryId, namespace: maybe(d.random, d.namespace) })],
  [2, (d) => post('/link', { memory_id: d.memoryId, rel: 'about', target: randomUUID() })],
  [2, (d) => post('/link', { memory_id: d.ownMemoryId, rel: 'about', target: d.memoryId })],
  [2, (d) => post('/unlink', { memory_id: d.memoryId, rel: 'about', target: randomUUID() })],
  [2, (d) => post('/forget', { filters: { tags: d.mark }, namespace: d.namespace, dry_run: true })],
  [2, (d) => post('/forget', { memory_id: d.memoryId, namespace: maybe(d.random, d.namespace), dry_run: true })],
  [1, (d) => remove(`/memories/${d.memoryId}`)],
  [2, (d) => post('/restore', { memory_id: d.memoryId })],
  [1, (d) => ({ method: 'PUT', path: `/namespaces/${d.namespace}`, body: { profile: 'notes' } })],
  [16, (d) => tool('recall', { query: text(d), namespace: d.namespace, k: 5 })],
  [8, (d) => tool('recall', { query: text(d), filters: { tags: d.mark } })],
  [8, (d) => tool('context', { query: text(d), namespace: d.namespace, token_budget: 300 })],
  [1, (d) => tool('remember', rememberBody(d.random, d.holder, d.namespace))],
  [1, (d) => tool('remember', { ...rememberBody(d.random, d.holder, d.namespace), supersedes: d.memoryId })],
  [6, (d) => tool('forget', { memory_id: d.memoryId, namespace: maybe(d.random, d.namespace), dry_run: true })],
  [2, (d) => tool('forget', { filters: { tags: d.mark }, namespace: d.namespace, dry_run: true })],
]

const bag = makes.flatMap(([weight, make]) => Array.from({ length: weight }, () => make))

/** A call of anybody: two in three about something that is not theirs. */
export function generateCall(random: Random, ids: KnownIds, tokens: Tokens): GeneratedCall {
  const holder = random.pick(holders)
  const { identity } = holder
  const isForeign = random.int(3) > 0
  const id = (kind: IdKind): string =>
    isForeign ? ids.foreign(random, kind, identity) : ids.own(random, kind, identity)
  const draw: Draw = {
    random,
    holder,
    namespace: random.pick(NAMESPACES),
    mark: markOf(random.pick(holders).identity.tenant, random.pick(NAMESPACES)),
    memoryId: id('memory'),
    ownMemoryId: ids.own(random, 'memory', identity),
    commandId: id('command'),
    receiptId: id('receipt'),
    tokens,
  }
  const call = random.pick(bag)(draw)
  const sent = `${call.path} ${JSON.stringify(call.body)}`
  const foreignId = isForeign
    ? ([draw.memoryId, draw.commandId, draw.receiptId].find((one) => sent.includes(one)) ?? null)
    : null
  return { ...call, holder, foreignId }
}

/** The same call about an id that nobody has. */
export const aboutNothing = (
  call: GeneratedCall,
  foreignId: string,
): { readonly call: HttpCall; readonly id: string } => {
  const id = randomUUID()
  return {
    id,
    call: {
      method: call.method,
      ...(call.headers === undefined ? {} : { headers: call.headers }),
      path: call.path.replace(foreignId, id),
      ...(call.body === undefined ? {} : { body: JSON.parse(JSON.stringify(call.body).replaceAll(foreignId, id)) }),
    },
  }
}

/** What `rememberBody` gives as an item of a batch, which states its namespace once. */
export function withoutNamespace({ namespace: _shared, ...item }: Record<string, unknown>): Record<string, unknown> {
  return item
}

/** A call of the Model Context Protocol. */
const tool = (name: string, input: Record<string, unknown>): HttpCall => ({
  method: 'POST',
  path: '/mcp',
  body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } },
  headers: { accept: 'application/json, text/event-stream' },
})

const post = (path: string, body: unknown): HttpCall => ({ method: 'POST', path, body })
const remove = (path: string): HttpCall => ({ method: 'DELETE', path })

function get(path: string, query: Readonly<Record<string, string | undefined>> = {}): HttpCall {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const text = new URLSearchParams(given).toString()
  return { method: 'GET', path: text === '' ? path : `${path}?${text}` }
}
