import type { FastifyInstance } from 'fastify'
import type { CommandApi } from '../../../commands/command-api.ts'
import { type RememberBody, toRememberRequest } from '../../../commands/requests/remember-body.ts'
import { writerOf } from '../caller.ts'
import type { Edge } from '../edge.ts'
import { answers, receiptAnswer } from '../schemas/answer-schemas.ts'
import { noQuery } from '../schemas/query-schemas.ts'
import { rememberBody } from '../schemas/remember-schema.ts'
import { sendReceipt } from '../wire/receipt-json.ts'

export function registerRemember(app: FastifyInstance, edge: Edge, commands: CommandApi): void {
  app.post<{ Body: RememberBody }>(
    '/remember',
    {
      config: { operation: 'remember' },
      schema: {
        operationId: 'remember',
        tags: ['memories'],
        summary: 'Remember something',
        description:
          'Answers 202 once the log has it durably. With `Prefer: wait=2` it answers 201 (or 200 for a duplicate) once ' +
          'long-term memory has it too. With an `Idempotency-Key` a retry stores nothing twice.',
        querystring: noQuery,
        body: rememberBody,
        response: answers({ 200: receiptAnswer, 201: receiptAnswer, 202: receiptAnswer }),
      },
    },
    async (request, reply) => {
      const caller = writerOf(edge, request, reply)
      const wanted = toRememberRequest(request.body, edge.boundsOf(request))
      await edge.permit(request, 'remember', wanted.namespace)
      return sendReceipt(reply, await commands.remember(caller, wanted))
    },
  )
}
