import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { problemCatalogue } from '../../../domain/problem-catalogue.ts'
import { problemSchema } from '../schemas/answer-schemas.ts'

/** Collects the routes that are registered after it into the OpenAPI document. */
export async function registerOpenApi(app: FastifyInstance, version: string): Promise<void> {
  app.addSchema(problemSchema)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'SomaBrain',
        description: 'Long-term memory for AI agents. Every path also answers under /v1; changes are additive.',
        version,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }, { url: '/v1' }],
      tags: ['memories', 'recall', 'links', 'namespaces', 'operations'].map((name) => ({ name })),
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }, {}],
    },
    hideUntagged: true,
    refResolver: { buildLocalReference: (json, _baseUri, _fragment, i) => String(json.$id ?? `schema-${i}`) },
    transform: ({ schema, url }) => ({
      schema: url.startsWith('/v1/') ? { ...schema, hide: true } : schema,
      url,
    }),
  })
}

/** The document, the pages that show it (from local files) and the table of errors that `type` of a problem leads to. */
export async function registerDocumentation(app: FastifyInstance): Promise<void> {
  onlyOpenRoutes(app)
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  app.get('/docs/errors', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', PAGE_POLICY).send(errorsPage()),
  )
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: PAGE_POLICY,
    uiConfig: { url: '/openapi.json' },
  })
}

/** The document under `/v1`; its pages are the same ones. */
export async function registerVersionedDocumentation(app: FastifyInstance): Promise<void> {
  onlyOpenRoutes(app)
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  app.get('/docs', { schema: { hide: true } }, async (_request, reply) => reply.redirect('/docs'))
}

function onlyOpenRoutes(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, open: true }
  })
}

/** Everything a page needs comes from this server. */
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; " +
  "base-uri 'self'; frame-ancestors 'none'"

function errorsPage(): string {
  const rows = Object.entries(problemCatalogue).map(
    ([code, { status, title, retryable, whatToDo }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escaped(title)}</td>` +
      `<td>${retryable ? 'yes' : 'no'}</td><td>${escaped(whatToDo)}</td></tr>`,
  )
  return (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>SomaBrain errors</title><h1>Errors</h1>' +
    '<p>Every refusal is problem details (RFC 9457) with one of these codes.</p>' +
    '<table><tr><th>Code</th><th>Status</th><th>Meaning</th><th>Retry</th><th>What to do</th></tr>' +
    `${rows.join('')}</table></html>`
  )
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
