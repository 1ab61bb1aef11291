import type { FastifyReply } from 'fastify'
import type { ForgetReceipt, ItemResult, Receipt } from '../../../commands/command-api.ts'
import { formatInstant } from '../../../domain/instant.ts'
import { itemError } from '../problem-details.ts'

/** 202 when the log has it, 201 when long-term memory has it too, 200 when it was there before, or another memory says it. */
const STATUS = { accepted: 202, stored: 201, duplicate: 200, repeated: 200 } as const

const receiptJson = (receipt: Receipt): Record<string, unknown> => ({
  memory_id: receipt.memoryId,
  command_id: receipt.commandId,
  position: receipt.position,
  status: receipt.status,
  accepted_at: formatInstant(receipt.acceptedAt),
})

export function sendReceipt(reply: FastifyReply, receipt: Receipt): FastifyReply {
  if (receipt.replayed) reply.header('idempotent-replayed', 'true')
  return reply.code(STATUS[receipt.status]).send(receiptJson(receipt))
}

/** The status of the receipt that is furthest from done; nothing to do is done. */
export function sendForgetReceipt(reply: FastifyReply, forget: ForgetReceipt): FastifyReply {
  if (forget.receipts.length > 0 && forget.receipts.every((receipt) => receipt.replayed)) {
    reply.header('idempotent-replayed', 'true')
  }
  const status = Math.max(200, ...forget.receipts.map((receipt) => STATUS[receipt.status]))
  return reply.code(status).send({
    count: forget.count,
    dry_run: forget.dryRun,
    receipts: forget.receipts.map(receiptJson),
    position: forget.receipts.at(-1)?.position ?? null,
  })
}

/** One result of a batch: an element of `results`, or a line of a streamed answer. */
export function itemJson(index: number, result: ItemResult): Record<string, unknown> {
  if ('problem' in result) return { index, error: itemError(result.problem) }
  const { receipt } = result
  return {
    index,
    status: receipt.status,
    memory_id: receipt.memoryId,
    command_id: receipt.commandId,
    position: receipt.position,
    ...(receipt.replayed ? { replayed: true } : {}),
  }
}
