import type { FastifyInstance } from 'fastify'
import type { QueryApi } from '../../../query-api/query-api.ts'
import { type ContextBody, toContextRequest } from '../../../query-api/requests/query-bodies.ts'
import type { Edge } from '../edge.ts'
import { answers, contextAnswer } from '../schemas/answer-schemas.ts'
import { contextBody, noQuery } from '../schemas/query-schemas.ts'
import { contextJson } from '../wire/context-json.ts'

export function registerContext(app: FastifyInstance, edge: Edge, query: QueryApi): void {
  app.post<{ Body: ContextBody }>(
    '/context',
    {
      config: { operation: 'context' },
      schema: {
        operationId: 'context',
        tags: ['recall'],
        summary: 'A ready prompt context within a token budget',
        description:
          'Recalls, leaves out what repeats or was corrected, and writes what fits in the order of time, with citations. ' +
          'Memories stand in the text as quoted data: none can end its line or fake another.',
        querystring: noQuery,
        body: contextBody,
        response: answers({ 200: contextAnswer }),
      },
    },
    async (request) => {
      const wanted = toContextRequest(request.body, edge.boundsOf(request))
      // What a context tells is what a recall tells: the same permission.
      await edge.permit(request, 'recall', wanted.namespace)
      return contextJson(await query.context(request.identity, wanted))
    },
  )
}
