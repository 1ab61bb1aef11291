import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { formatInstant } from '../../../domain/instant.ts'
import { instantField } from '../../../domain/request/instant-field.ts'
import type { AuditApi, AuditedEntry } from '../../../query-api/audit.ts'
import { type PageBody, toPageRequest } from '../../../query-api/requests/query-bodies.ts'
import type { Edge } from '../edge.ts'
import { answers } from '../schemas/answer-schemas.ts'
import { closed, instant, namespace, optional } from '../schemas/fields.ts'
import { page } from '../schemas/query-schemas.ts'

interface AuditQuery extends PageBody {
  readonly from?: string | null
  readonly to?: string | null
  readonly action?: string
  readonly principal?: string
  readonly namespace?: string
}

const auditQuery = closed({
  from: optional(instant('Only what happened at or after.')),
  to: optional(instant('Only what happened before.')),
  action: optional(Type.String({ minLength: 1, maxLength: 64, description: 'Only this action, such as `recall`.' })),
  principal: optional(
    Type.String({ minLength: 1, maxLength: 256, description: 'Only what this principal asked for.' }),
  ),
  namespace: optional(namespace),
  ...page,
})

const text = Type.String()
const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] })

const refusedAnswer = Type.Object(
  {
    total: Type.Integer(),
    ranges: Type.Array(Type.Object({ first: Type.Integer(), last: Type.Integer(), code: text })),
  },
  {
    description:
      'Items or lines (from 0) that were refused while others were accepted: the first ranges, and how many in all.',
  },
)

const entryAnswer = Type.Object({
  topic: Type.String({ description: '`memory.commands` for writes, `audit.operations` for everything else.' }),
  partition: Type.Integer(),
  offset: Type.Integer(),
  chain: Type.String({ description: 'SHA-256 (hex) over the chain before it and the record.' }),
  at: Type.String({ format: 'date-time' }),
  action: text,
  principal: textOrNull,
  namespace: textOrNull,
  id: textOrNull,
  operation: Type.Optional(
    Type.Object({
      method: text,
      route: text,
      status: Type.Integer(),
      code: textOrNull,
      results: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
      times: Type.Integer({ description: 'How often it happened within one flush.' }),
      refused: Type.Optional(refusedAnswer),
      credential: textOrNull,
      request_id: text,
      traceparent: textOrNull,
    }),
  ),
})

const auditAnswer = Type.Object({ items: Type.Array(entryAnswer), next_cursor: textOrNull })

export function registerAudit(app: FastifyInstance, edge: Edge, audit: AuditApi): void {
  app.get<{ Querystring: AuditQuery }>(
    '/audit',
    {
      config: { operation: 'audit' },
      schema: {
        operationId: 'readAudit',
        tags: ['operations'],
        summary: 'Who did what, the latest first',
        querystring: auditQuery,
        response: answers({ 200: auditAnswer }),
      },
    },
    async (request) => {
      const { from, to, action, principal } = request.query
      const wanted = request.query.namespace ?? null
      await edge.permit(request, 'audit', wanted)
      const entries = await audit.page(request.identity, {
        ...toPageRequest(request.query, edge.boundsOf(request)),
        from: instantField('from', from),
        to: instantField('to', to),
        action: action ?? null,
        principal: principal ?? null,
        namespace: wanted,
      })
      return { items: entries.items.map(entryJson), next_cursor: entries.nextCursor }
    },
  )
}

const entryJson = (entry: AuditedEntry): object => ({
  topic: entry.topic,
  partition: entry.partition,
  offset: entry.offset,
  chain: Buffer.from(entry.chain).toString('hex'),
  at: formatInstant(entry.at),
  action: entry.action,
  principal: entry.principal,
  namespace: entry.namespace,
  id: entry.id,
  ...(entry.operation === null ? {} : { operation: operationJson(entry.operation) }),
})

const operationJson = (operation: NonNullable<AuditedEntry['operation']>): object => ({
  method: operation.method,
  route: operation.route,
  status: operation.status,
  code: operation.code,
  results: operation.results,
  times: operation.times,
  ...(operation.refused === null ? {} : { refused: operation.refused }),
  credential: operation.credential,
  request_id: operation.requestId,
  traceparent: operation.traceparent,
})
