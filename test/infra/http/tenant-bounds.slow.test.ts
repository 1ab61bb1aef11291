import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { identity } from '../../support/embedded.ts'
import { tokenOf } from '../../support/signed-in.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { wholeServer } from '../../support/whole-server.ts'
import { type CallOptions, call } from './support/call.ts'
import { MEMORY_ID } from './support/doubles.ts'

/** One tenant may hold little, another as much as the contract allows, and a third may do little. */
const small = { metadata_bytes: 40, tags: 2, links: 1, filter_depth: 2, batch_items: 3, k: 4, page: 5 }
const LIMITS = {
  default: { page: 400 },
  tenants: {
    small,
    exact: small,
    rare: { rate_rps: 1, rate_burst: 12, daily_memories: 3, namespaces: 1 },
  },
}

type Ask = (path: string, options?: CallOptions) => ReturnType<typeof call>

const closers: Array<() => void | Promise<void>> = []
let url: string
test.before(async () => {
  const server = { teardown: (close: () => void | Promise<void>) => void closers.unshift(close) }
  const file = join(temporaryFolder(server), 'limits.json')
  writeFileSync(file, JSON.stringify(LIMITS))
  url = await wholeServer(server, { SOMABRAIN_LIMITS_FILE: file })
})
test.after.always(async () => {
  for (const close of closers) await close()
})

async function asTenant(tenant: string): Promise<Ask> {
  const authorization = `Bearer ${await tokenOf({ ...identity, tenant })}`
  return (path, options = {}) => call(`${url}${path}`, { ...options, headers: { authorization, ...options.headers } })
}

interface Refused {
  readonly code?: string
  readonly field?: string
  readonly expected?: string
}

/** What a door says of the fault in a request, `null` when it finds none. */
type Door = (ask: Ask, fields: object) => Promise<Refused | null>

const json =
  (path: string): Door =>
  async (ask, fields) => {
    const { status, json: answer } = await ask(path, { body: fields })
    return status < 300 ? null : answer
  }

const query =
  (path: string): Door =>
  async (ask, fields) => {
    const { status, json: answer } = await ask(`${path}?${new URLSearchParams(Object.entries(fields))}`)
    return status < 300 ? null : answer
  }

const remember: Door = (ask, fields) => json('/remember')(ask, { content: 'x', ...fields })

const item: Door = async (ask, fields) => {
  const { json: answer } = await ask('/remember/batch', { body: { items: [{ content: 'x', ...fields }] } })
  return (answer.results as readonly { readonly error?: Refused }[])[0]!.error ?? null
}

const sharedByMessages: Door = (ask, fields) =>
  json('/remember/batch')(ask, { ...fields, messages: [{ role: 'user', content: 'x' }] })

const ndjson = { 'content-type': 'application/x-ndjson' }

const line: Door = async (ask, fields) => {
  const raw = `${JSON.stringify({ content: 'x', ...fields })}\n`
  const { text } = await ask('/remember/batch', { raw, headers: ndjson })
  return JSON.parse(text.split('\n')[0]!).error ?? null
}

const sharedByLines: Door = async (ask, fields) => {
  const texts: [string, string][] = Object.entries(fields).flatMap(([name, value]) =>
    name === 'tags'
      ? (value as string[]).map((tag): [string, string] => [name, tag])
      : [[name, JSON.stringify(value)] satisfies [string, string]],
  )
  const raw = `${JSON.stringify({ content: 'x' })}\n`
  const { status, json: answer } = await ask(`/remember/batch?${new URLSearchParams(texts)}`, { raw, headers: ndjson })
  return status < 300 ? null : answer
}

const tool =
  (name: string, more: object = {}): Door =>
  async (ask, fields) => {
    const body = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: { ...more, ...fields } },
    }
    const headers = { accept: 'application/json, text/event-stream' }
    const { result } = (await ask('/mcp', { body, headers })).json as {
      result: { readonly isError?: boolean; readonly structuredContent: Refused }
    }
    return result.isError === true ? result.structuredContent : null
  }

const asked = { query: 'x' }
const recall: Door = (ask, fields) => json('/recall')(ask, { ...asked, ...fields })
const context: Door = (ask, fields) => json('/context')(ask, { ...asked, ...fields })
const plan: Door = (ask, fields) => json('/plan')(ask, { goal: 'x', ...fields })

const neighbours: Door = async (ask, fields) => {
  const stored = await ask('/remember', { body: { content: 'x' }, headers: { prefer: 'wait=10' } })
  return json('/graph/neighbours')(ask, { memory_id: stored.json.memory_id, ...fields })
}

const deep = { filters: { $and: [{ $or: [{ tags: 'x' }, { tags: 'y' }] }] } }
const links = [1, 2].map(() => ({ rel: 'about', target: MEMORY_ID }))
const elements = (name: string, element: object) => ({ [name]: Array.from({ length: 4 }, () => element) })

/** Where, with what, and what the small tenant is told to be at fault and to be valid. */
const beyond: ReadonlyArray<readonly [string, Door, object, string, string]> = [
  ['tags of /remember', remember, { tags: ['a', 'b', 'c'] }, 'tags', 'at most 2 tags'],
  ['links of /remember', remember, { links }, 'links', 'at most 1 links'],
  [
    'metadata of /remember',
    remember,
    { metadata: { of: 'x'.repeat(40) } },
    'metadata',
    'at most 40 bytes as JSON in UTF-8',
  ],
  ['tags of an item', item, { tags: ['a', 'b', 'c'] }, 'items[0].tags', 'at most 2 tags'],
  ['links of an item', item, { links }, 'items[0].links', 'at most 1 links'],
  [
    'metadata of an item',
    item,
    { metadata: { of: 'x'.repeat(40) } },
    'items[0].metadata',
    'at most 40 bytes as JSON in UTF-8',
  ],
  ['shared tags of messages', sharedByMessages, { tags: ['a', 'b', 'c'] }, 'tags', 'at most 2 tags'],
  ['tags of a line', line, { tags: ['a', 'b', 'c'] }, 'tags', 'at most 2 tags'],
  ['links of a line', line, { links }, 'links', 'at most 1 links'],
  ['metadata of a line', line, { metadata: { of: 'x'.repeat(40) } }, 'metadata', 'at most 40 bytes as JSON in UTF-8'],
  ['shared tags of lines', sharedByLines, { tags: ['a', 'b', 'c'] }, 'tags', 'at most 2 tags'],
  ['shared links of lines', sharedByLines, { links }, 'links', 'at most 1 links'],
  ['tags of the tool', tool('remember', { content: 'x' }), { tags: ['a', 'b', 'c'] }, 'tags', 'at most 2 tags'],
  ['items of a batch', json('/remember/batch'), elements('items', { content: 'x' }), 'items', 'at most 3 elements'],
  [
    'messages of a batch',
    json('/remember/batch'),
    elements('messages', { role: 'user', content: 'x' }),
    'messages',
    'at most 3 elements',
  ],
  ['k of /recall', recall, { k: 5 }, 'k', '1 to 4'],
  ['top_k of /recall', recall, { top_k: 5 }, 'top_k', '1 to 4'],
  ['limit of /recall', recall, { limit: 5 }, 'limit', '1 to 4'],
  ['k of /context', context, { k: 5 }, 'k', '1 to 4'],
  ['k of the tool recall', tool('recall', asked), { k: 5 }, 'k', '1 to 4'],
  ['k of the tool context', tool('context', asked), { k: 5 }, 'k', '1 to 4'],
  ['limit of /memories', query('/memories'), { limit: '6' }, 'limit', '1 to 5'],
  ['limit of /memories/search', json('/memories/search'), { limit: 6 }, 'limit', '1 to 5'],
  ['limit of /graph/neighbours', neighbours, { limit: 6 }, 'limit', '1 to 5'],
  ['limit of /episodes', query('/episodes'), { limit: '6' }, 'limit', '1 to 5'],
  ['limit of /audit', query('/audit'), { limit: '6' }, 'limit', '1 to 5'],
  ['filters of /recall', recall, deep, 'filters.$and[0].$or[0]', 'at most 2 levels'],
  ['filters of /context', context, deep, 'filters.$and[0].$or[0]', 'at most 2 levels'],
  ['filters of /plan', plan, deep, 'filters.$and[0].$or[0]', 'at most 2 levels'],
  ['filters of /memories/search', json('/memories/search'), deep, 'filters.$and[0].$or[0]', 'at most 2 levels'],
  ['filters of /forget', json('/forget'), deep, 'filters.$and[0].$or[0]', 'at most 2 levels'],
  ['filters of the tool recall', tool('recall', asked), deep, 'filters.$and[0].$or[0]', 'at most 2 levels'],
  ['filters of the tool forget', tool('forget'), deep, 'filters.$and[0].$or[0]', 'at most 2 levels'],
]

test('what a request may hold is its tenant’s, at every door, and another tenant of the server has more', async (t) => {
  t.timeout(60_000)
  const [small, large] = [await asTenant('small'), await asTenant('large')]
  for (const [what, door, fields, field, expected] of beyond) {
    const refused = await door(small, fields)
    t.deepEqual([refused?.code, refused?.field, refused?.expected], ['invalid_request', field, expected], what)
    t.is(await door(large, fields), null, what)
  }
})

test('what is exactly as much as a tenant may have is taken, and a default is never more', async (t) => {
  const [small, large] = [await asTenant('exact'), await asTenant('ample')]
  const full = { content: 'full', tags: ['a', 'b'], links: links.slice(1), metadata: { of: 'x'.repeat(31) } }
  t.is(JSON.stringify(full.metadata).length, 40)
  t.is(await remember(small, full), null)
  t.is(await json('/remember/batch')(small, { items: Array.from({ length: 3 }, () => full) }), null)
  t.is(await recall(small, { k: 4, filters: { $or: [{ tags: 'a' }, { tags: 'b' }] } }), null)
  for (const ask of [small, large]) {
    for (let i = 0; i < 3; i++) {
      await ask('/remember/batch', { body: { items: [1, 2, 3].map((n) => ({ content: `fact ${i} ${n}` })) } })
    }
  }
  const counts = async (ask: Ask) => [
    ((await ask('/recall', { body: { query: 'fact' } })).json.results as unknown[]).length,
    ((await ask('/memories')).json.items as unknown[]).length,
  ]
  t.deepEqual(await counts(small), [4, 5])
  t.deepEqual(await counts(large), [9, 9])
})

test('what all tenants may is what is not said of one', async (t) => {
  const large = await asTenant('another')
  t.is(await query('/memories')(large, { limit: '400' }), null)
  t.like(await query('/memories')(large, { limit: '401' }), { field: 'limit', expected: '1 to 400' })
})

test('how much a tenant may do is its own too, and is told', async (t) => {
  const [rare, large] = [await asTenant('rare'), await asTenant('often')]
  const first = await rare('/remember', { body: { content: 'x' } })
  t.is(first.headers.get('ratelimit-policy'), '"requests";q=12;w=12, "memories";q=3;w=86400')
  t.is((await large('/remember', { body: { content: 'x' } })).headers.get('ratelimit-policy'), null)
  const elsewhere = await rare('/remember', { body: { content: 'x', namespace: 'other' } })
  t.like(elsewhere, { status: 403, json: { code: 'too_many_namespaces' } })
  t.is((await large('/remember', { body: { content: 'x', namespace: 'other' } })).status, 202)
  const batch = { items: [1, 2, 3].map((n) => ({ content: `fact ${n}` })) }
  const cut = await rare('/remember/batch', { body: batch })
  t.like(cut.json, { accepted: 2, failed: 1 }, JSON.stringify(cut.json))
  t.like((await large('/remember/batch', { body: batch })).json, { accepted: 3, failed: 0 })
})
