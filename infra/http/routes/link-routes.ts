import type { FastifyInstance } from 'fastify'
import type { CommandApi } from '../../../commands/command-api.ts'
import { type LinkBody, toLinkRequest } from '../../../commands/requests/command-bodies.ts'
import { callerOf } from '../caller.ts'
import type { Edge } from '../edge.ts'
import { answers, receiptAnswer } from '../schemas/answer-schemas.ts'
import { noQuery } from '../schemas/query-schemas.ts'
import { linkBody } from '../schemas/remember-schema.ts'
import { sendReceipt } from '../wire/receipt-json.ts'

const summaries = { link: 'Link one memory to another', unlink: 'Take a link away' } as const

export function registerLinks(app: FastifyInstance, edge: Edge, commands: CommandApi): void {
  for (const operation of ['link', 'unlink'] as const) {
    app.post<{ Body: LinkBody }>(
      `/${operation}`,
      {
        config: { operation },
        schema: {
          operationId: operation,
          tags: ['links'],
          summary: summaries[operation],
          querystring: noQuery,
          body: linkBody,
          response: answers({ 200: receiptAnswer, 201: receiptAnswer, 202: receiptAnswer }),
        },
      },
      async (request, reply) => {
        const caller = callerOf(edge, request, reply, operation)
        const wanted = toLinkRequest(request.body)
        await edge.permit(request, operation, wanted.namespace)
        return sendReceipt(reply, await commands[operation](caller, wanted))
      },
    )
  }
}
