import type { FastifyInstance } from 'fastify'
import type { QueryApi } from '../../../query-api/query-api.ts'
import {
  type NeighboursBody,
  type PathBody,
  toNeighboursRequest,
  toPathRequest,
} from '../../../query-api/requests/graph-requests.ts'
import type { Edge } from '../edge.ts'
import { answers } from '../schemas/answer-schemas.ts'
import { neighboursAnswer, neighboursBody, pathAnswer, pathBody } from '../schemas/graph-schemas.ts'
import { noQuery } from '../schemas/query-schemas.ts'
import { neighboursJson, pathJson } from '../wire/graph-json.ts'

export function registerGraph(app: FastifyInstance, edge: Edge, query: QueryApi): void {
  app.post<{ Body: NeighboursBody }>(
    '/graph/neighbours',
    {
      config: { operation: 'read' },
      schema: {
        operationId: 'graphNeighbours',
        tags: ['links'],
        summary: 'What links lead to from a memory',
        description:
          'Memories that stand, nearest first, and the links between them. What was corrected is its correction, with the links of both.',
        querystring: noQuery,
        body: neighboursBody,
        response: answers({ 200: neighboursAnswer }),
      },
    },
    async (request) => {
      const wanted = toNeighboursRequest(request.body, edge.boundsOf(request))
      await edge.permit(request, 'read', wanted.namespace)
      return neighboursJson(await query.neighbours(request.identity, wanted, edge.reachOf(request, 'read')))
    },
  )
  app.post<{ Body: PathBody }>(
    '/graph/path',
    {
      config: { operation: 'read' },
      schema: {
        operationId: 'graphPath',
        tags: ['links'],
        summary: 'A shortest way along links from one memory to another',
        description:
          'Of several always the same one. `found: false` with `complete: false`: the search came to a limit.',
        querystring: noQuery,
        body: pathBody,
        response: answers({ 200: pathAnswer }),
      },
    },
    async (request) => {
      const wanted = toPathRequest(request.body)
      await edge.permit(request, 'read', wanted.namespace)
      return pathJson(await query.path(request.identity, wanted, edge.reachOf(request, 'read')))
    },
  )
}
