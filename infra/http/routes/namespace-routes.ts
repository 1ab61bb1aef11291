import type { FastifyInstance } from 'fastify'
import type { CommandApi } from '../../../commands/command-api.ts'
import { type ConfigureBody, toConfigureRequest } from '../../../commands/requests/command-bodies.ts'
import type { QueryApi } from '../../../query-api/query-api.ts'
import { type PageBody, toPageRequest } from '../../../query-api/requests/query-bodies.ts'
import { callerOf } from '../caller.ts'
import type { Edge } from '../edge.ts'
import { answers, namespacesAnswer, receiptAnswer } from '../schemas/answer-schemas.ts'
import { configureBody } from '../schemas/command-schemas.ts'
import { namespaceParams, noQuery, pageQuery } from '../schemas/query-schemas.ts'
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
  app.get<{ Querystring: PageBody }>(
    '/namespaces',
    {
      config: { operation: 'list' },
      schema: {
        operationId: 'listNamespaces',
        tags: ['namespaces'],
        summary: 'List namespaces with their counts, by name',
        querystring: pageQuery,
        response: answers({ 200: namespacesAnswer }),
      },
    },
    async (request) => {
      const wanted = toPageRequest(request.query, edge.boundsOf(request))
      await edge.permit(request, 'list', null)
      const page = await query.namespaces(request.identity, wanted, edge.reachOf(request, 'list'))
      const bound = request.identity.namespaces
      const visible = page.items.filter(({ namespace }) => bound === null || bound.includes(namespace))
      return { items: visible.map(namespaceJson), next_cursor: page.nextCursor }
    },
  )
}
