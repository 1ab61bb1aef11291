import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Problem, ProblemError } from '../domain/problem.ts'
import { type AcceptDeps, accept } from './accept.ts'
import type { Caller, ItemResult, RememberItem } from './command-api.ts'
import { rememberIntent } from './remember-intent.ts'

/** Items that are sealed before other requests get a turn of the event loop. */
const SLICE = 32

/**
 * Accepts items in order; each has its own result. Throws only when the log took none of them and it is the log's doing:
 * then the whole request may be retried as it is.
 */
export async function rememberMany(
  deps: AcceptDeps,
  caller: Caller,
  items: readonly RememberItem[],
): Promise<readonly ItemResult[]> {
  await prepareKeys(deps, caller, items)
  const pending: Array<Promise<ItemResult>> = []
  for (const [i, item] of items.entries()) {
    if (i > 0 && i % SLICE === 0) await nextTurn()
    const own = { ...caller, idempotencyKey: item.idempotencyKey ?? keyOfItem(caller, i) }
    pending.push(acceptItem(deps, own, item))
  }
  const results = await Promise.all(pending)
  const lost = results.map((result) => ('problem' in result ? unacknowledged(result.problem) : null))
  if (items.length > 0 && lost.every((problem) => problem !== null)) throw new ProblemError(lost[0]!)
  return results
}

/** Opens or makes the data keys of all subjects side by side: one group commit instead of one for each new user. */
async function prepareKeys(deps: AcceptDeps, caller: Caller, items: readonly RememberItem[]): Promise<void> {
  const subjects = new Map<string, RememberItem['request']>()
  for (const { request } of items) subjects.set(JSON.stringify([request.namespace, request.subject]), request)
  // A failure shows again, as its item's own result, when the item is sealed.
  await Promise.allSettled(
    [...subjects.values()].map((request) =>
      deps.vault.dataKey({ tenant: caller.identity.tenant, namespace: request.namespace }, request.subject),
    ),
  )
}

async function acceptItem(deps: AcceptDeps, caller: Caller, item: RememberItem): Promise<ItemResult> {
  try {
    const receipt = await accept(deps, caller, rememberIntent(caller.identity.tenant, item.request))
    return { receipt: receipt.replayed ? { ...receipt, status: 'duplicate' } : receipt }
  } catch (error) {
    if (error instanceof ProblemError) return { problem: error.problem }
    throw error
  }
}

/** One header covers a batch: each item gets a key of its own from it, by its place. */
const keyOfItem = (caller: Caller, index: number): string | null =>
  caller.idempotencyKey === null ? null : `${caller.idempotencyKey}/${index}`

const unacknowledged = (problem: Problem): Problem | null =>
  problem.code === 'log_unavailable' || problem.code === 'outcome_unknown' || problem.code === 'overloaded'
    ? problem
    : null
