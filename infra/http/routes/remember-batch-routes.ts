import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller, CommandApi, ItemResult } from '../../../commands/command-api.ts'
import { checkShared } from '../../../commands/requests/batch-body.ts'
import type { SharedRememberFields } from '../../../commands/requests/remember-body.ts'
import { RefusalList } from '../../../domain/audit/refused-items.ts'
import { refuseBeyond } from '../../../domain/limits/request-bounds.ts'
import { invalidField, type Problem, ProblemError } from '../../../domain/problem.ts'
import { problemCatalogue } from '../../../domain/problem-catalogue.ts'
import type { OperationOutcome } from '../../telemetry/metrics.ts'
import { writerOf } from '../caller.ts'
import type { Edge } from '../edge.ts'
import { isStreamed } from '../is-streamed.ts'
import { outcomeOf } from '../measure-request.ts'
import { importLines } from '../ndjson/import-lines.ts'
import { RefusedLines } from '../refused-lines.ts'
import { answers, batchAnswer, batchLine } from '../schemas/answer-schemas.ts'
import { batchBody, batchImportLine, batchQuery, batchShell } from '../schemas/remember-schema.ts'
import { StandingPermit } from '../standing-permit.ts'
import { compileBodySchema } from '../validation/compile-schema.ts'
import { bodyCheckedBy } from '../validation/validator-compiler.ts'
import { itemJson } from '../wire/receipt-json.ts'
import { parseItem, parseLine, parseMessage, rememberParsed } from './batch-items.ts'
import { type SharedQuery, sharedOfQuery } from './shared-query.ts'

interface BatchShell extends SharedRememberFields {
  readonly items?: readonly unknown[]
  readonly messages?: readonly unknown[]
}

const checkShell = compileBodySchema(batchShell)

export function registerRememberBatch(app: FastifyInstance, edge: Edge, commands: CommandApi): void {
  app.addContentTypeParser(['application/x-ndjson', 'application/ndjson'], (_request, payload, done) =>
    done(null, payload),
  )
  app.post<{ Body: BatchShell | Readable; Querystring: SharedQuery }>(
    '/remember/batch',
    {
      bodyLimit: edge.options.batchBodyLimitBytes,
      config: { streams: true },
      schema: {
        operationId: 'rememberBatch',
        tags: ['memories'],
        summary: 'Remember many things at once',
        description:
          'JSON: up to 1,000 `items` or `messages`. NDJSON (`application/x-ndjson`): any number of lines, an item or a message each, ' +
          'with the shared fields in the query string; answered line by line, the last line is `{accepted, failed, position}`. ' +
          'Every item has its own result.',
        querystring: batchQuery,
        body: {
          content: {
            'application/json': { schema: batchBody },
            'application/x-ndjson': { schema: batchImportLine },
          },
        },
        response: answers({
          200: {
            description: 'One result per item',
            content: {
              'application/json': { schema: batchAnswer },
              'application/x-ndjson': { schema: batchLine },
            },
          } as never,
        }),
      },
      // The schema is documentation: an item that is not valid is that item's result, and the rest is checked below.
      validatorCompiler: bodyCheckedBy(() => null),
    },
    async (request, reply) => {
      const caller = writerOf(edge, request, reply)
      if (isStreamed(request)) return await streamed(edge, commands, caller, request, reply)
      return await whole(edge, commands, caller, request)
    },
  )
}

async function whole(
  edge: Edge,
  commands: CommandApi,
  caller: Caller,
  request: FastifyRequest,
): Promise<Record<string, unknown>> {
  refuseSharedInQuery(request.query as SharedQuery)
  const problem = checkShell(request.body)
  if (problem !== null) throw new ProblemError(problem)
  const { items, messages, ...fields } = request.body as BatchShell
  if ((items === undefined) === (messages === undefined)) {
    throw invalidField('items', 'A batch has either items or messages', '1 to 1,000 items, or 1 to 1,000 messages')
  }
  const bounds = edge.boundsOf(request)
  const values = items ?? messages ?? []
  refuseBeyond(items === undefined ? 'messages' : 'items', values.length, bounds.batchItems, 'elements')
  const shared = checkShared(fields, bounds)
  await edge.permit(request, 'remember', shared.namespace ?? 'default')
  const parse = items === undefined ? parseMessage : parseItem
  const parsed = values.map((value, index) =>
    parse(shared, value, { index, keyOfBatch: caller.idempotencyKey, bounds }),
  )
  const results = await rememberParsed(commands, caller, parsed)
  throwIfNoneGranted(results)
  const accepted = results.flatMap((result) => ('receipt' in result ? [result.receipt] : []))
  countResults(edge, results)
  for (const [index, result] of results.entries()) if ('problem' in result) noteRefusal(request, index, result.problem)
  return {
    results: results.map((result, index) => itemJson(index, result)),
    accepted: accepted.length,
    failed: results.length - accepted.length,
    position: accepted.at(-1)?.position ?? null,
  }
}

async function streamed(
  edge: Edge,
  commands: CommandApi,
  caller: Caller,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { options } = edge
  const bounds = edge.boundsOf(request)
  const shared = checkShared(sharedOfQuery(request.query as SharedQuery), bounds)
  const namespace = shared.namespace ?? 'default'
  await edge.permit(request, 'remember', namespace)
  const permit = new StandingPermit(edge.deps, request, 'remember', namespace)
  const refusedLines = new RefusedLines(edge, request, reply)
  request.unmeasured = true
  const lines = importLines({
    source: request.body as Readable,
    lineLimitBytes: options.importLineLimitBytes,
    windowLines: options.importWindowLines,
    windowBytes: options.importWindowBytes,
    idleTimeoutMs: options.importIdleTimeoutMs,
    closing: edge.closing,
    parse: (bytes, index) => parseLine(shared, bytes, { index, keyOfBatch: caller.idempotencyKey, bounds }),
    remember: async (items) => {
      await permit.renew()
      const results = await rememberParsed(commands, caller, items)
      countResults(edge, results)
      return results
    },
    refused: (index, problem) => refusedLines.add(index, problem),
    abandon: () => request.raw.socket.destroy(),
  })
  reply.raw.once('close', () => {
    if (!request.raw.complete) closeLingering(request.raw.socket)
  })
  return reply.type('application/x-ndjson').send(Readable.from(lines, { objectMode: false }))
}

/** A batch of which the limit let nothing through is refused whole, so that its caller waits as for one memory. */
function throwIfNoneGranted(results: readonly ItemResult[]): void {
  if (results.some((result) => 'receipt' in result)) return
  const refused = results.find((result) => 'problem' in result && result.problem.code === 'rate_limited')
  if (refused !== undefined && 'problem' in refused) throw new ProblemError(refused.problem)
}

/** The audit names it once the request is over, which of a batch is soon. */
function noteRefusal(request: FastifyRequest, index: number, { code }: Problem): void {
  request.refusals ??= new RefusalList()
  request.refusals.add(index, code)
}

const LINGER_MS = 2000

/**
 * An import that ends before its input leaves bytes unread, so its connection carries no other request. Closing at once
 * would reset it and take the last lines from a client that is still sending (RFC 9112 §9.6).
 */
function closeLingering(socket: Socket): void {
  socket.end()
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
}

function refuseSharedInQuery(query: SharedQuery): void {
  const [name] = Object.keys(query)
  if (name !== undefined) {
    throw invalidField(
      name,
      `\`${name}\` stands in the query string of a JSON batch`,
      'shared fields at the top of the body',
    )
  }
}

const outcomeOfItem = (result: ItemResult): OperationOutcome =>
  'problem' in result ? outcomeOf(problemCatalogue[result.problem.code].status, result.problem.code) : 'success'

function countResults(edge: Edge, results: readonly ItemResult[]): void {
  const counts = { success: 0, rejected: 0, error: 0 }
  for (const result of results) counts[outcomeOfItem(result)] += 1
  for (const outcome of ['success', 'rejected', 'error'] as const) edge.count('remember', outcome, counts[outcome])
}
