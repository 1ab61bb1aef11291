import type { FastifyInstance } from 'fastify'
import type { QueryApi } from '../../../query-api/query-api.ts'
import { type ListBody, toListRequest } from '../../../query-api/requests/query-bodies.ts'
import type { Edge } from '../edge.ts'
import { answers, episodesAnswer } from '../schemas/answer-schemas.ts'
import { episodesQuery } from '../schemas/query-schemas.ts'
import { episodesJson } from '../wire/memory-json.ts'

export function registerListEpisodes(app: FastifyInstance, edge: Edge, query: QueryApi): void {
  app.get<{ Querystring: ListBody }>(
    '/episodes',
    {
      config: { operation: 'list' },
      schema: {
        operationId: 'listEpisodes',
        tags: ['memories'],
        summary: 'List episodes: the conversations that memories belong to by their `run_id`, newest first',
        querystring: episodesQuery,
        response: answers({ 200: episodesAnswer }),
      },
    },
    async (request) => {
      const wanted = toListRequest(request.query, edge.boundsOf(request))
      await edge.permit(request, 'list', wanted.namespace)
      return episodesJson(await query.episodes(request.identity, wanted))
    },
  )
}
