import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { CommandApi } from '../../../commands/command-api.ts'
import {
  type FeedbackBody,
  type ForgetBody,
  type RestoreBody,
  toFeedbackRequest,
  toForgetRequest,
  toRestoreRequest,
} from '../../../commands/requests/command-bodies.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { callerOf } from '../caller.ts'
import type { Edge } from '../edge.ts'
import { answers, forgetAnswer, receiptAnswer } from '../schemas/answer-schemas.ts'
import { feedbackBody, forgetBody, restoreBody } from '../schemas/command-schemas.ts'
import { erasureBegunAnswer } from '../schemas/erasure-schemas.ts'
import { memoryParams, namespaceQuery, noQuery } from '../schemas/query-schemas.ts'
import { sendForgetReceipt, sendReceipt } from '../wire/receipt-json.ts'
import { eraseByForget } from './erasure-routes.ts'

const receipts = answers({ 200: receiptAnswer, 201: receiptAnswer, 202: receiptAnswer })

export function registerForget(app: FastifyInstance, edge: Edge, commands: CommandApi): void {
  app.post<{ Body: ForgetBody }>(
    '/forget',
    {
      config: { operation: 'forget' },
      schema: {
        operationId: 'forget',
        tags: ['memories'],
        summary: 'Retire one memory, or all that a filter names; or erase a data subject',
        description:
          'Retired memories are no longer recalled; they are still there as of an earlier time. `mode: "erase"` destroys ' +
          'everything of a data subject for good and answers with the id of a receipt.',
        querystring: noQuery,
        body: forgetBody,
        response: answers({
          200: forgetAnswer,
          201: forgetAnswer,
          202: Type.Union([forgetAnswer, erasureBegunAnswer]),
        }),
      },
    },
    async (request, reply) => {
      if (request.body.mode === 'erase') return eraseByForget(edge, request, reply)
      const caller = callerOf(edge, request, reply, 'forget')
      const wanted = toForgetRequest(request.body, edge.boundsOf(request))
      await edge.permit(request, 'forget', wanted.namespace)
      return sendForgetReceipt(reply, await commands.forget(caller, wanted))
    },
  )
}

export function registerDeleteMemory(app: FastifyInstance, edge: Edge, commands: CommandApi): void {
  app.delete<{ Params: { id: string }; Querystring: { namespace?: string } }>(
    '/memories/:id',
    {
      config: { operation: 'forget' },
      schema: {
        operationId: 'deleteMemory',
        tags: ['memories'],
        summary: 'Retire one memory',
        params: memoryParams,
        querystring: namespaceQuery,
        response: receipts,
      },
    },
    async (request, reply) => {
      const caller = callerOf(edge, request, reply, 'forget')
      const named = { ...request.query, memory_id: request.params.id }
      const wanted = toForgetRequest(named, edge.boundsOf(request))
      await edge.permit(request, 'forget', wanted.namespace)
      const [receipt] = (await commands.forget(caller, wanted)).receipts
      if (receipt === undefined) {
        throw new ProblemError({ code: 'memory_not_found', detail: `No memory ${request.params.id} is stored here` })
      }
      return sendReceipt(reply, receipt)
    },
  )
}

export function registerRestore(app: FastifyInstance, edge: Edge, commands: CommandApi): void {
  app.post<{ Body: RestoreBody }>(
    '/restore',
    {
      config: { operation: 'restore' },
      schema: {
        operationId: 'restore',
        tags: ['memories'],
        summary: 'Take back a retirement',
        querystring: noQuery,
        body: restoreBody,
        response: receipts,
      },
    },
    async (request, reply) => {
      const caller = callerOf(edge, request, reply, 'restore')
      const wanted = toRestoreRequest(request.body)
      await edge.permit(request, 'restore', wanted.namespace)
      return sendReceipt(reply, await commands.restore(caller, wanted))
    },
  )
}

export function registerFeedback(app: FastifyInstance, edge: Edge, commands: CommandApi): void {
  app.post<{ Body: FeedbackBody }>(
    '/feedback',
    {
      config: { operation: 'feedback' },
      schema: {
        operationId: 'feedback',
        tags: ['memories'],
        summary: 'Say how useful a recalled memory was',
        querystring: noQuery,
        body: feedbackBody,
        response: receipts,
      },
    },
    async (request, reply) => {
      const caller = callerOf(edge, request, reply, 'feedback')
      const wanted = toFeedbackRequest(request.body)
      await edge.permit(request, 'feedback', wanted.namespace)
      return sendReceipt(reply, await commands.feedback(caller, wanted))
    },
  )
}
