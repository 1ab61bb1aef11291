import type { FastifyInstance } from 'fastify'
import type { QueryApi } from '../../../query-api/query-api.ts'
import type { Edge } from '../edge.ts'
import { answers, commandAnswer, workingMemoryAnswer } from '../schemas/answer-schemas.ts'
import { commandParams, noQuery, workingMemoryQuery } from '../schemas/query-schemas.ts'
import { commandJson, workingMemoryJson } from '../wire/memory-json.ts'

export function registerCommandOutcome(app: FastifyInstance, edge: Edge, query: QueryApi): void {
  app.get<{ Params: { id: string } }>(
    '/commands/:id',
    {
      config: { operation: 'read' },
      schema: {
        operationId: 'readCommand',
        tags: ['operations'],
        summary: 'What became of a command',
        params: commandParams,
        querystring: noQuery,
        response: answers({ 200: commandAnswer }),
      },
    },
    async (request) => {
      await edge.permit(request, 'read', null)
      const reach = edge.reachOf(request, 'read')
      return commandJson(await query.command(request.identity, request.params.id.toLowerCase(), reach))
    },
  )
}

export function registerWorkingMemory(app: FastifyInstance, edge: Edge, query: QueryApi): void {
  app.get<{ Querystring: { namespace?: string } }>(
    '/working-memory',
    {
      config: { operation: 'read' },
      schema: {
        operationId: 'readWorkingMemory',
        tags: ['recall'],
        summary: 'What is in mind: working memory and its density matrix in figures',
        querystring: workingMemoryQuery,
        response: answers({ 200: workingMemoryAnswer }),
      },
    },
    async (request) => {
      const namespace = request.query.namespace ?? 'default'
      await edge.permit(request, 'read', namespace)
      return workingMemoryJson(await query.workingMemory(request.identity, namespace))
    },
  )
}
