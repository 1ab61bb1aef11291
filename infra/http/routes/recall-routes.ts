import type { FastifyInstance } from 'fastify'
import type { QueryApi } from '../../../query-api/query-api.ts'
import {
  type PlanBody,
  type RecallBody,
  toPlanRequest,
  toRecallRequest,
} from '../../../query-api/requests/query-bodies.ts'
import type { Edge } from '../edge.ts'
import { answers, planAnswer, recallAnswer } from '../schemas/answer-schemas.ts'
import { noQuery, planBody, recallBody } from '../schemas/query-schemas.ts'
import { planJson, recallJson } from '../wire/memory-json.ts'

export function registerRecall(app: FastifyInstance, edge: Edge, query: QueryApi): void {
  app.post<{ Body: RecallBody }>(
    '/recall',
    {
      config: { operation: 'recall' },
      schema: {
        operationId: 'recall',
        tags: ['recall'],
        summary: 'Recall what bears on a question',
        description: 'The best matches first. The answer is a function of its `position`.',
        querystring: noQuery,
        body: recallBody,
        response: answers({ 200: recallAnswer }),
      },
    },
    async (request) => {
      const wanted = toRecallRequest(request.body, edge.boundsOf(request))
      await edge.permit(request, 'recall', wanted.namespace)
      return recallJson(await query.recall(request.identity, wanted), wanted.include)
    },
  )
}

export function registerPlan(app: FastifyInstance, edge: Edge, query: QueryApi): void {
  app.post<{ Body: PlanBody }>(
    '/plan',
    {
      config: { operation: 'plan' },
      schema: {
        operationId: 'plan',
        tags: ['recall'],
        summary: 'Plan towards a goal from what is stored',
        description: 'Steps in the order of their links, each with its memory; what is missing and what is circular.',
        querystring: noQuery,
        body: planBody,
        response: answers({ 200: planAnswer }),
      },
    },
    async (request) => {
      const wanted = toPlanRequest(request.body, edge.boundsOf(request))
      await edge.permit(request, 'plan', wanted.namespace)
      return planJson(await query.plan(request.identity, wanted))
    },
  )
}
