import type { FastifyInstance } from 'fastify'
import type { CommandApi } from '../../../commands/command-api.ts'
import { type ConfigureBody, toConfigureRequest } from '../../../commands/requests/command-bodies.ts'
import type { QueryApi } from '../../../query-api/query-api.ts'
import { callerOf } from '../caller.ts'
import type { Edge } from '../edge.ts'
import { answers, namespacesAnswer, receiptAnswer } from '../schemas/answer-schemas.ts'
import { configureBody } from '../schemas/command-schemas.ts'
import { namespaceParams, noQuery } from '../schemas/query-schemas.ts'
import { namespaceJson } from '../wire/memory-json.ts'
import { sendReceipt } from '../wire/receipt-json.ts'

export function registerConfigureNamespace(app: FastifyInstance, edge: Edge, commands: CommandApi): void {
  app.put<{ Params: { namespace: string }; Body: ConfigureBody }>(
    '/namespaces/:namespace',
    {
      config: { operation: 'configure' },
      schema: {
        operationId: 'configureNamespace',
        tags: ['namespaces'],
        summary: 'Set the language and ranking profile of a namespace',
        params: namespaceParams,
        querystring: noQuery,
        body: configureBody,
        response: answers({ 200: receiptAnswer, 201: receiptAnswer, 202: receiptAnswer }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(edge, request, reply)
      const wanted = toConfigureRequest(request.params.namespace, request.body)
      await edge.permit(request, 'configure', wanted.namespace)
      return sendReceipt(reply, await commands.configure(caller, wanted))
    },
  )
}

export function registerListNamespaces(app: FastifyInstance, edge: Edge, query: QueryApi): void {
  app.get(
    '/namespaces',
    {
      config: { operation: 'list' },
      schema: {
        operationId: 'listNamespaces',
        tags: ['namespaces'],
        summary: 'List namespaces with their counts',
        querystring: noQuery,
        response: answers({ 200: namespacesAnswer }),
      },
    },
    async (request) => {
      await edge.permit(request, 'list', null)
      const bound = request.identity.namespaces
      const summaries = await query.namespaces(request.identity, edge.reachOf(request, 'list'))
      const visible = summaries.filter(({ namespace }) => bound === null || bound.includes(namespace))
      return { items: visible.map(namespaceJson), next_cursor: null }
    },
  )
}
