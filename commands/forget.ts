import type { Filter } from '../domain/filter/filter.ts'
import type { Scope } from '../domain/names.ts'
import { decodePosition } from '../domain/position.ts'
import { type AcceptDeps, accept } from './accept.ts'
import type { Caller, ForgetReceipt, Receipt } from './command-api.ts'
import { earlierAnswer } from './earlier-answer.ts'
import type { Intent } from './intent.ts'
import { type LocateDeps, locate } from './locate.ts'
import type { FilterResolver } from './ports/read-side.ts'
import type { ForgetRequest } from './requests/requests.ts'

export interface ForgetDeps extends AcceptDeps, LocateDeps {
  readonly filters: FilterResolver
}

/** Ids of one `Forget`. */
const MAX_IDS = 1000

/** Retires one memory, or all that a filter matches at the log's head. */
export async function forget(deps: ForgetDeps, caller: Caller, request: ForgetRequest): Promise<ForgetReceipt> {
  if ('filter' in request.what) return forgetMatching(deps, caller, request, request.what.filter)
  const { memoryId } = request.what
  const scope = await locate(deps, caller, request.namespace, memoryId)
  if (request.dryRun) return { count: 1, dryRun: true, receipts: [] }
  const receipt = await accept(deps, caller, forgetIntent(scope, request, [memoryId], 0))
  return { count: 1, dryRun: false, receipts: [receipt] }
}

async function forgetMatching(
  deps: ForgetDeps,
  caller: Caller,
  request: ForgetRequest,
  filter: Filter,
): Promise<ForgetReceipt> {
  const scope = { tenant: caller.identity.tenant, namespace: request.namespace ?? 'default' }
  const matching = await deps.filters.memoryIdsMatching(scope, filter)
  if (request.dryRun) return { count: matching.length, dryRun: true, receipts: [] }
  const receipts = await earlierParts(deps, caller, scope, request)
  const memoryIds = receipts[0] === undefined ? matching : await storedBefore(deps, scope, matching, receipts[0])
  for (let at = 0; at < memoryIds.length; at += MAX_IDS) {
    const part = receipts.length
    const intent = forgetIntent(scope, request, memoryIds.slice(at, at + MAX_IDS), part)
    receipts.push(await accept(deps, ofPart(caller, part), intent))
  }
  return { count: memoryIds.length, dryRun: false, receipts }
}

const ofPart = (caller: Caller, part: number): Caller => ({
  ...caller,
  idempotencyKey: caller.idempotencyKey === null ? null : `${caller.idempotencyKey}/${part}`,
})

/** What an earlier attempt got into the log before it was cut off, or all of it. */
async function earlierParts(
  deps: ForgetDeps,
  caller: Caller,
  scope: Scope,
  request: ForgetRequest,
): Promise<Receipt[]> {
  const receipts: Receipt[] = []
  for (;;) {
    const part = receipts.length
    const receipt = await earlierAnswer(deps, ofPart(caller, part), forgetIntent(scope, request, [], part))
    if (receipt === null) return receipts
    receipts.push(receipt)
  }
}

/** A retry finishes what the first attempt meant: what was remembered since then is none of it. */
async function storedBefore(
  deps: ForgetDeps,
  scope: Scope,
  memoryIds: readonly string[],
  first: Receipt,
): Promise<readonly string[]> {
  const from = decodePosition(first.position)?.offset ?? 0
  const stored: string[] = []
  for (const memoryId of memoryIds) {
    const row = await deps.memories.memory(scope.tenant, memoryId)
    if (row !== null && row.offset < from) stored.push(memoryId)
  }
  return stored
}

/** The ids that a filter came to are no part of the request: a retry resolves it anew and must still be the same one. */
const forgetIntent = (scope: Scope, request: ForgetRequest, memoryIds: readonly string[], part: number): Intent => ({
  route: 'forget',
  scope,
  subject: null,
  request: { what: request.what, part },
  about: memoryIds.length === 1 ? memoryIds[0]! : null,
  command: ({ envelope }) => ({ type: 'Forget', ...envelope, memoryIds }),
})
