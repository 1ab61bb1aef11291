import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ForgetBody } from '../../../commands/requests/command-bodies.ts'
import { toEraseRequest } from '../../../commands/requests/erase-request.ts'
import { formatInstant } from '../../../domain/instant.ts'
import { invalidField, ProblemError } from '../../../domain/problem.ts'
import type { ErasureState, SubjectsApi } from '../../../query-api/subjects-api.ts'
import type { PublishedKey, PublishedKeys } from '../../erasure/erasure-sides.ts'
import { callerOf } from '../caller.ts'
import type { Edge } from '../edge.ts'
import { noteProblem } from '../error-handling.ts'
import { answers } from '../schemas/answer-schemas.ts'
import {
  exportAnswer,
  exportQuery,
  publicKeyAnswer,
  receiptParams,
  receiptStateAnswer,
  subjectParams,
} from '../schemas/erasure-schemas.ts'
import { noQuery } from '../schemas/query-schemas.ts'
import { StandingPermit } from '../standing-permit.ts'
import { exportLines } from '../wire/export-lines.ts'

/** `POST /forget` with `mode: "erase"`. */
export async function eraseByForget(
  edge: Edge,
  request: FastifyRequest<{ Body: ForgetBody }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const eraser = edge.deps.erasure?.eraser ?? null
  if (eraser === null) throw invalidField('mode', 'The mode "erase" is not known here', '"retire"')
  const caller = callerOf(edge, request, reply, 'erase')
  const wanted = toEraseRequest(request.body)
  await edge.permit(request, 'erase', wanted.namespace)
  const begun = await eraser.erase(caller, wanted)
  if (begun.replayed) reply.header('idempotent-replayed', 'true')
  return reply
    .code(202)
    .header('location', `/receipts/${begun.receiptId}`)
    .send({
      receipt_id: begun.receiptId,
      status: 'pending',
      accepted_at: formatInstant(begun.acceptedAt),
      namespaces: begun.namespaces,
    })
}

export function registerReceipts(app: FastifyInstance, edge: Edge, subjects: SubjectsApi, keys: PublishedKeys): void {
  app.get(
    '/receipts/key',
    {
      config: { operation: 'read' },
      schema: {
        operationId: 'receiptKey',
        tags: ['operations'],
        summary: 'The public keys that receipts of erasures are and were signed with',
        querystring: noQuery,
        response: answers({ 200: publicKeyAnswer }),
      },
    },
    async (request) => {
      await edge.permit(request, 'receipt', null)
      const current = await keys.receiptKey()
      const all = [current, ...(await keys.previousKeys())]
      return { algorithm: 'Ed25519', ...keyJson(current), keys: all.map(keyJson) }
    },
  )
  app.get<{ Params: { id: string } }>(
    '/receipts/:id',
    {
      config: { operation: 'read' },
      schema: {
        operationId: 'readReceipt',
        tags: ['operations'],
        summary: 'What became of an erasure: pending, or its signed receipt',
        params: receiptParams,
        querystring: noQuery,
        response: answers({ 200: receiptStateAnswer }),
      },
    },
    async (request) => {
      await edge.permit(request, 'receipt', null)
      const reach = edge.reachOf(request, 'receipt')
      return stateJson(await subjects.receipt(request.identity, request.params.id.toLowerCase(), reach))
    },
  )
}

const keyJson = ({ keyId, publicKeyPem }: PublishedKey): Record<string, string> => ({
  key_id: keyId,
  public_key: publicKeyPem,
})

function stateJson(state: ErasureState): Record<string, unknown> {
  const { receiptId, status } = state
  if (state.status === 'complete') return { receipt_id: receiptId, status, receipt: state.receipt }
  const { requestedAt, namespaces } = state
  return { receipt_id: receiptId, status, requested_at: formatInstant(requestedAt), namespaces }
}

export function registerExport(app: FastifyInstance, edge: Edge, subjects: SubjectsApi): void {
  app.get<{ Params: { id: string }; Querystring: { namespace?: string } }>(
    '/subjects/:id/export',
    {
      config: { operation: 'export' },
      schema: {
        operationId: 'exportSubject',
        tags: ['operations'],
        summary: 'Everything that is stored of a data subject, as JSON Lines',
        params: subjectParams,
        querystring: exportQuery,
        response: answers({ 200: { content: { 'application/x-ndjson': { schema: exportAnswer } } } as never }),
      },
    },
    async (request, reply) => {
      const { id: subject } = request.params
      const namespace = request.query.namespace ?? null
      await edge.permit(request, 'export', namespace)
      const reach = edge.reachOf(request, 'export')
      const memories = await subjects.exportSubject(request.identity, { subject, namespace }, reach)
      // As long as the subject's memories take; the latency of answers is measured elsewhere.
      request.unmeasured = true
      const permitted = new StandingPermit(edge.deps, request, 'export', namespace).over(memories)
      const lines = exportLines({ subject, namespace, exportedAt: edge.deps.now() }, permitted)
      const answer = Readable.from(lines, { objectMode: false })
      // Its head may have gone out, and then the answer is cut: no error handler hears of it.
      answer.once('error', (error) => {
        if (error instanceof ProblemError) noteProblem(error.problem, request)
      })
      return reply.type('application/x-ndjson').send(answer)
    },
  )
}
