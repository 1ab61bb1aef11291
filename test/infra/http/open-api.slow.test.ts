import { Ajv2020 } from 'ajv/dist/2020.js'
import test from 'ava'
import { problemCatalogue } from '../../../domain/problem-catalogue.ts'
import { call } from './support/call.ts'
import { MEMORY_ID, OTHER_ID } from './support/doubles.ts'
import { startEdge } from './support/start-edge.ts'

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly parameters?: ReadonlyArray<{ readonly name: string; readonly in: string; readonly schema: object }>
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >
}

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

const ROUTES = [
  'POST /remember',
  'POST /remember/batch',
  'POST /recall',
  'POST /context',
  'POST /plan',
  'POST /graph/neighbours',
  'POST /graph/path',
  'POST /mcp',
  'POST /forget',
  'POST /restore',
  'POST /link',
  'POST /unlink',
  'POST /feedback',
  'POST /memories/search',
  'GET /memories',
  'GET /memories/{id}',
  'DELETE /memories/{id}',
  'GET /memories/{id}/history',
  'GET /memories/{id}/links',
  'GET /episodes',
  'GET /namespaces',
  'PUT /namespaces/{namespace}',
  'GET /commands/{id}',
  'GET /working-memory',
  'GET /health',
  'GET /live',
  'GET /ready',
  'GET /startup',
  'GET /metrics',
]

const bodies: Readonly<Record<string, unknown>> = {
  '/remember': { content: 'x' },
  '/remember/batch': { items: [{ content: 'x' }, {}] },
  '/recall': { query: 'x', explain: true },
  '/context': { query: 'x' },
  '/plan': { goal: 'x' },
  '/graph/neighbours': { memory_id: MEMORY_ID },
  '/graph/path': { from: MEMORY_ID, to: OTHER_ID },
  '/mcp': { jsonrpc: '2.0', id: 1, method: 'ping' },
  '/forget': { memory_id: MEMORY_ID },
  '/restore': { memory_id: MEMORY_ID },
  '/link': { memory_id: MEMORY_ID, rel: 'a', target: OTHER_ID },
  '/unlink': { memory_id: MEMORY_ID, rel: 'a', target: OTHER_ID },
  '/feedback': { memory_id: MEMORY_ID },
  '/memories/search': {},
  '/namespaces/{namespace}': { profile: 'notes' },
}

const operationsOf = (document: Document): Array<readonly [string, string, Operation]> =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [method.toUpperCase(), path, operation] as const),
  )

test('the document covers every route once and nothing else', async (t) => {
  const edge = await startEdge(t)
  const document = (await call(`${edge.url}/openapi.json`)).json as unknown as Document
  t.regex(document.openapi, /^3\.1\./)
  const operations = operationsOf(document)
  const routes = operations.map(([method, path]) => `${method} ${path}`).filter((route) => !route.startsWith('HEAD '))
  t.deepEqual(routes.toSorted(), ROUTES.toSorted())
  const ids = operations.filter(([method]) => method !== 'HEAD').map(([, , operation]) => operation.operationId)
  t.is(new Set(ids).size, ids.length, 'operation ids are unique')
  t.deepEqual((await call(`${edge.url}/v1/openapi.json`)).json, document as unknown as Record<string, unknown>)
})

test('every schema compiles, every reference resolves, every parameter of a path is declared, every example holds', async (t) => {
  const edge = await startEdge(t)
  const document = (await call(`${edge.url}/openapi.json`)).json as unknown as Document
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'document', ...document })
  const compile = (schema: object): ReturnType<typeof ajv.compile> =>
    ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components')))
  for (const [method, path, operation] of operationsOf(document)) {
    const where = `${method} ${path}`
    t.true(operation.summary.length > 5, where)
    const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => one.name)
    t.deepEqual(
      inPath,
      [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!),
      where,
    )
    for (const parameter of operation.parameters ?? []) t.notThrows(() => compile(parameter.schema), where)
    for (const { schema } of Object.values(operation.requestBody?.content ?? {})) {
      const validate = compile(schema)
      for (const example of (schema as { examples?: unknown[] }).examples ?? []) t.true(validate(example), where)
    }
    t.true('default' in operation.responses, `${where} says how it refuses`)
    for (const response of Object.values(operation.responses)) {
      for (const { schema } of Object.values(response.content ?? {})) t.notThrows(() => compile(schema), where)
    }
  }
})

test('what is answered is what the document says', async (t) => {
  const edge = await startEdge(t)
  const document = (await call(`${edge.url}/openapi.json`)).json as unknown as Document
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  // What the Streamable HTTP transport asks of every client.
  const headers = { accept: 'application/json, text/event-stream' }
  for (const route of ROUTES) {
    const [method, template] = route.split(' ') as [string, string]
    const body = bodies[template]
    const path = template.replace('{id}', MEMORY_ID).replace('{namespace}', 'a')
    const answer = await call(
      `${edge.url}${path}`,
      method === 'GET' || method === 'DELETE' ? { method } : { method, body, headers },
    )
    t.true(answer.status < 300, `${route}: ${answer.text}`)
    const content = document.paths[template]?.[method.toLowerCase()]?.responses[answer.status]?.content ?? {}
    const schema = content['application/json']?.schema
    if (schema === undefined) continue
    const validate = ajv.compile(schema)
    t.true(validate(answer.json), `${route}: ${JSON.stringify(validate.errors)}`)
  }
})

test('the documentation is served from this server alone', async (t) => {
  const edge = await startEdge(t)
  const page = await call(`${edge.url}/docs`)
  t.is(page.status, 200)
  t.notRegex(page.text, /(src|href)="(https?:)?\/\//)
  t.regex(page.headers.get('content-security-policy') ?? '', /default-src 'self'/)
  for (const [, asset] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
    t.is((await call(`${edge.url}${asset}`)).status, 200, asset)
  }
  t.is((await call(`${edge.url}/v1/docs`)).status, 200)
})

test('the type of every problem leads to its row', async (t) => {
  const edge = await startEdge(t)
  const refusal = await call(`${edge.url}/nowhere`)
  const page = await call(`${edge.url}${String(refusal.json.type).split('#')[0]}`)
  t.is(page.status, 200)
  for (const code of Object.keys(problemCatalogue)) t.true(page.text.includes(`id="${code}"`), code)
})
