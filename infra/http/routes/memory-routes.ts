import type { FastifyInstance } from 'fastify'
import type { Identity } from '../../../domain/identity.ts'
import { ProblemError } from '../../../domain/problem.ts'
import type { Reach } from '../../../query-api/ports/reach.ts'
import type { Memory, QueryApi } from '../../../query-api/query-api.ts'
import { type ListBody, toListRequest } from '../../../query-api/requests/query-bodies.ts'
import type { Edge } from '../edge.ts'
import { answers, memoryAnswer, objectAnswer, pageAnswer } from '../schemas/answer-schemas.ts'
import { listQuery, memoryParams, noQuery, searchBody } from '../schemas/query-schemas.ts'
import { memoryJson, pageJson } from '../wire/memory-json.ts'

export function registerListMemories(app: FastifyInstance, edge: Edge, query: QueryApi): void {
  app.get<{ Querystring: ListBody }>(
    '/memories',
    {
      config: { operation: 'list' },
      schema: {
        operationId: 'listMemories',
        tags: ['memories'],
        summary: 'List memories, newest first',
        querystring: listQuery,
        response: answers({ 200: pageAnswer }),
      },
    },
    async (request) => {
      const wanted = toListRequest(request.query, edge.boundsOf(request))
      await edge.permit(request, 'list', wanted.namespace)
      return pageJson(await query.list(request.identity, wanted))
    },
  )
  app.post<{ Body: ListBody }>(
    '/memories/search',
    {
      config: { operation: 'list' },
      schema: {
        operationId: 'searchMemories',
        tags: ['memories'],
        summary: 'List memories by filters, newest first',
        querystring: noQuery,
        body: searchBody,
        response: answers({ 200: pageAnswer }),
      },
    },
    async (request) => {
      const wanted = toListRequest(request.body, edge.boundsOf(request))
      await edge.permit(request, 'list', wanted.namespace)
      return pageJson(await query.list(request.identity, wanted))
    },
  )
}

/** What lies outside the credential's namespaces is as good as absent: a refusal would say that it exists. */
async function visibleMemory(query: QueryApi, identity: Identity, id: string, reach?: Reach): Promise<Memory> {
  const memory = await query.memory(identity, id, reach)
  if (identity.namespaces === null || identity.namespaces.includes(memory.namespace)) return memory
  throw new ProblemError({ code: 'memory_not_found', detail: `No memory ${id} is stored here`, field: 'id' })
}

export function registerReadMemory(app: FastifyInstance, edge: Edge, query: QueryApi): void {
  app.get<{ Params: { id: string } }>(
    '/memories/:id',
    {
      config: { operation: 'read' },
      schema: {
        operationId: 'readMemory',
        tags: ['memories'],
        summary: 'Read one memory',
        params: memoryParams,
        querystring: noQuery,
        response: answers({ 200: memoryAnswer }),
      },
    },
    async (request) => {
      await edge.permit(request, 'read', null)
      const reach = edge.reachOf(request, 'read')
      return memoryJson(await visibleMemory(query, request.identity, request.params.id.toLowerCase(), reach))
    },
  )
}

/** What is told about a memory beside itself. */
export function registerMemoryParts(app: FastifyInstance, edge: Edge, query: QueryApi): void {
  for (const [part, summary] of [
    ['history', 'What became of a memory over time'],
    ['links', 'Links from and to a memory'],
  ] as const) {
    app.get<{ Params: { id: string } }>(
      `/memories/:id/${part}`,
      {
        config: { operation: 'read' },
        schema: {
          operationId: `memory${part === 'history' ? 'History' : 'Links'}`,
          tags: [part === 'links' ? 'links' : 'memories'],
          summary,
          params: memoryParams,
          querystring: noQuery,
          response: answers({ 200: objectAnswer }),
        },
      },
      async (request) => {
        const id = request.params.id.toLowerCase()
        await edge.permit(request, 'read', null)
        const reach = edge.reachOf(request, 'read')
        if (request.identity.namespaces !== null) await visibleMemory(query, request.identity, id, reach)
        return await query[part](request.identity, id, reach)
      },
    )
  }
}
