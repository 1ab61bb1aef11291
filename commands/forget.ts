import type { Scope } from '../domain/names.ts'
import { type AcceptDeps, accept } from './accept.ts'
import type { Caller, ForgetReceipt, Receipt } from './command-api.ts'
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
  if ('memoryId' in request.what) {
    const { memoryId } = request.what
    const scope = await locate(deps, caller.identity, request.namespace, memoryId)
    if (request.dryRun) return { count: 1, dryRun: true, receipts: [] }
    const receipt = await accept(deps, caller, forgetIntent(scope, request, [memoryId], 0))
    return { count: 1, dryRun: false, receipts: [receipt] }
  }
  const scope = { tenant: caller.identity.tenant, namespace: request.namespace ?? 'default' }
  const memoryIds = await deps.filters.memoryIdsMatching(scope, request.what.filter)
  if (request.dryRun) return { count: memoryIds.length, dryRun: true, receipts: [] }
  const receipts: Receipt[] = []
  for (let at = 0; at < memoryIds.length; at += MAX_IDS) {
    const part = at / MAX_IDS
    const idempotencyKey = caller.idempotencyKey === null ? null : `${caller.idempotencyKey}/${part}`
    const intent = forgetIntent(scope, request, memoryIds.slice(at, at + MAX_IDS), part)
    receipts.push(await accept(deps, { ...caller, idempotencyKey }, intent))
  }
  return { count: memoryIds.length, dryRun: false, receipts }
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
