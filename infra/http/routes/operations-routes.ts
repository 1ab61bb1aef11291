import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { Edge } from '../edge.ts'
import type { Readiness } from '../http-server-deps.ts'
import { answers } from '../schemas/answer-schemas.ts'

const component = Type.Object({
  status: Type.Unsafe<string>({ type: 'string', enum: ['healthy', 'unhealthy', 'disabled'] }),
  latency_ms: Type.Optional(Type.Number()),
  backend: Type.Optional(Type.String()),
  error: Type.Optional(Type.String({ description: 'Of a short fixed list; the words of the error are in the log.' })),
  model: Type.Optional(Type.String({ description: 'Of the embedder.' })),
  dimension: Type.Optional(Type.Integer({ description: 'Of its vectors, once there was one.' })),
  down_since: Type.Optional(Type.String({ format: 'date-time' })),
  partition: Type.Optional(Type.Integer({ description: 'Of a fold that stands still: the first where it does.' })),
})

const health = Type.Object({
  status: Type.Unsafe<string>({ type: 'string', enum: ['healthy', 'degraded'] }),
  timestamp: Type.String({ format: 'date-time' }),
  components: Type.Record(Type.String(), component),
  version: Type.String(),
  mode: Type.String(),
})

const probe = Type.Object({ status: Type.String(), waiting_for: Type.Optional(Type.Array(Type.String())) })

const open = { open: true, probe: true } as const

const probeJson = (answer: Readiness, ready: string): Record<string, unknown> =>
  answer.ready ? { status: ready } : { status: 'waiting', waiting_for: answer.waitingFor }

export function registerOperations(app: FastifyInstance, edge: Edge): void {
  const { deps } = edge
  const schema = (operationId: string, summary: string, own: Record<number, Type.TSchema>): object => ({
    schema: { operationId, tags: ['operations'], summary, security: [], response: answers(own) },
  })
  app.get(
    '/health',
    { config: open, ...schema('health', 'How every part is; for people and monitors', { 200: health, 503: health }) },
    async (_request, reply) => {
      const report = await deps.health()
      return reply.code(report.status === 'healthy' ? 200 : 503).send(report)
    },
  )
  app.get('/live', { config: open, ...schema('live', 'The process answers', { 200: probe }) }, async () => ({
    status: 'live',
  }))
  app.get(
    '/ready',
    { config: open, ...schema('ready', 'The process can serve its role', { 200: probe, 503: probe }) },
    async (_request, reply) => {
      const answer = edge.closing.aborted ? closingAnswer : await deps.ready()
      return reply.code(answer.ready ? 200 : 503).send(probeJson(answer, 'ready'))
    },
  )
  app.get(
    '/startup',
    { config: open, ...schema('startup', 'The process has started', { 200: probe, 503: probe }) },
    async (_request, reply) => {
      const answer = await deps.startup()
      return reply.code(answer.ready ? 200 : 503).send(probeJson(answer, 'started'))
    },
  )
}

const closingAnswer: Readiness = { ready: false, waitingFor: ['shutdown'] }

export function registerMetrics(app: FastifyInstance, edge: Edge): void {
  const { registry } = edge.deps.metrics
  app.get(
    '/metrics',
    {
      config: { probe: true },
      schema: {
        operationId: 'metrics',
        tags: ['operations'],
        summary: 'Metrics in the Prometheus text format',
        response: answers({
          200: { description: 'Metrics', content: { 'text/plain': { schema: Type.String() } } } as never,
        }),
      },
    },
    async (request, reply) => {
      await edge.permit(request, 'metrics', null)
      return reply.type(registry.contentType).send(await registry.metrics())
    },
  )
}
