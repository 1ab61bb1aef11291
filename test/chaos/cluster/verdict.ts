import type { Exchange } from './http-exchange.ts'
import type { Entry, Receipt } from './ledger.ts'

/**
 * What a client does next.
 * - `acknowledged`, `refused`: it has its answer.
 * - `again`: the same key again; `written`: whether this send may have been written all the same.
 * - `wrong`: an answer that the documentation does not allow here.
 */
export type Verdict =
  | { readonly verdict: 'acknowledged'; readonly receipt: Receipt }
  | { readonly verdict: 'refused' }
  | { readonly verdict: 'again'; readonly code: string; readonly written: 'no' | 'unknown' }
  | { readonly verdict: 'wrong'; readonly what: string }

/** Answers after which nothing of the command is in the log. */
const NOT_WRITTEN = new Set(['log_unavailable', 'overloaded', 'starting', 'shutting_down', 'store_unavailable'])
const ACKNOWLEDGED = new Set([200, 201, 202])

export function verdictOf(entry: Entry, exchange: Exchange): Verdict {
  if (exchange.outcome === 'unsent') return { verdict: 'again', code: 'nobody listens', written: 'no' }
  if (exchange.outcome === 'unanswered') {
    return { verdict: 'again', code: `no answer (${exchange.cause})`, written: 'unknown' }
  }
  const { status, body } = exchange.answer
  if (ACKNOWLEDGED.has(status)) return { verdict: 'acknowledged', receipt: receiptOf(body) }
  const code = String(body.code)
  const { expected } = entry.command
  if (code === 'idempotency_conflict' && expected.outcome === 'conflict') return { verdict: 'refused' }
  if (code === 'refused' && expected.outcome === 'refused' && body.reason === expected.reason) {
    return { verdict: 'refused' }
  }
  if (status === 503 && NOT_WRITTEN.has(code)) return { verdict: 'again', code, written: 'no' }
  if (status === 503 && code === 'outcome_unknown') return { verdict: 'again', code, written: 'unknown' }
  // Another send of the same command is on its way through that process.
  if (status === 409 && code === 'request_in_flight') return { verdict: 'again', code, written: 'no' }
  return { verdict: 'wrong', what: `${status} ${JSON.stringify(body)}` }
}

export function receiptOf(body: Readonly<Record<string, unknown>>): Receipt {
  const [receipt = body] = (body.receipts ?? []) as readonly Record<string, unknown>[]
  return {
    commandId: String(receipt.command_id),
    memoryId: receipt.memory_id === null ? null : String(receipt.memory_id),
    position: String(receipt.position),
    status: String(receipt.status),
  }
}
