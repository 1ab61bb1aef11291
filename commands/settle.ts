import { sameBytes } from '../domain/same-bytes.ts'
import type { Caller, Receipt } from './command-api.ts'
import type { FoldProgress } from './ports/read-side.ts'
import { idempotencyConflict, lookUp, type OutcomeDeps, refused } from './replay.ts'

interface Appended {
  readonly partition: number
  readonly offset: number
  readonly requestHmac: Uint8Array
}

/**
 * `Prefer: wait`: what the long-term fold made of an appended command, or the receipt as it is when the fold did not get
 * there in time. Throws what the fold refused.
 */
export async function settledReceipt(
  deps: OutcomeDeps & { readonly progress: FoldProgress },
  caller: Caller,
  receipt: Receipt,
  appended: Appended,
): Promise<Receipt> {
  const folded = await deps.progress.waitForFold(appended.partition, appended.offset, caller.waitMs ?? 0)
  if (!folded) return receipt
  const first = await lookUp(deps, caller.identity.tenant, receipt.commandId)
  if (first === null) return receipt
  if (!sameBytes(first.requestHmac, appended.requestHmac)) throw idempotencyConflict(receipt.commandId)
  if (first.outcome.status === 'refused') throw refused(first)
  if (first.outcome.status === 'repeated') {
    return { ...receipt, memoryId: first.outcome.memoryId, status: 'repeated' }
  }
  return { ...receipt, status: first.offset === appended.offset ? 'stored' : 'duplicate' }
}
