import type { ErasePart } from '../domain/erasure/erasure.ts'
import { deriveIds } from '../domain/ids.ts'
import type { NamespaceRow } from '../domain/memory.ts'
import { ProblemError } from '../domain/problem.ts'
import { sameBytes } from '../domain/same-bytes.ts'
import type { CommandCodec } from '../schemas/command-codec.ts'
import type { Appender } from './appender.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Caller } from './command-api.ts'
import { type ErasurePlan, eraseRecord } from './erase-record.ts'
import { drawIdempotencyKey } from './idempotency-key.ts'
import type { InFlight } from './in-flight.ts'
import { caughtUp } from './locate.ts'
import type { ErasureLedger } from './ports/erasure-ledger.ts'
import type { ErasureLog } from './ports/erasure-log.ts'
import type { AppendResult } from './ports/log-writer.ts'
import type { FoldProgress } from './ports/read-side.ts'
import type { SubjectKeys } from './ports/subject-keys.ts'
import type { Vault } from './ports/vault.ts'
import { refuseUnlessReached } from './refuse-unless-reached.ts'
import { idempotencyConflict } from './replay.ts'
import type { EraseRequest } from './requests/erase-request.ts'

export interface EraseDeps {
  readonly clock: () => number
  readonly vault: Vault
  readonly subjectKeys: SubjectKeys
  readonly codec: CommandCodec
  readonly appender: Appender
  readonly inFlight: InFlight
  readonly progress: FoldProgress
  readonly namespaces: { namespaces(tenant: string): Promise<readonly NamespaceRow[]> }
  readonly erasures: ErasureLog
  readonly ledger: ErasureLedger
  /** Told of a fault that an answer went on without: what is left is finished later. */
  readonly onFault: (fault: unknown) => void
  /** An erasure stands in the log and is to be finished. */
  readonly begun: () => void
}

/** An erasure that stands in the log. */
export interface BegunErasure {
  readonly receiptId: string
  readonly acceptedAt: number
  readonly namespaces: readonly string[]
  readonly replayed: boolean
}

/**
 * Erases everything of a subject: closes its keys → appends one `Erase` for each namespace → destroys the keys. Once any
 * `Erase` is in the log the rest happens, whatever dies here: `finish-erasures.ts` completes it from what the log holds.
 * Throws `subject_not_found` when no namespace ever held anything of the subject, and `forbidden` when a policy denies one
 * of those that did.
 */
export async function erase(deps: EraseDeps, caller: Caller, request: EraseRequest): Promise<BegunErasure> {
  const { tenant, principal } = caller.identity
  const idempotencyKey = caller.idempotencyKey ?? drawIdempotencyKey(deps.clock())
  const namespace = request.namespace ?? ''
  const receiptId = deriveIds({ tenant, principal, namespace, route: 'erase', idempotencyKey }).commandId
  const leave = deps.inFlight.enter(receiptId)
  try {
    const first = caller.idempotencyKey === null ? null : await firstErasure(deps, tenant, receiptId, request)
    if (first !== null) {
      await refuseUnlessReached(caller, request, first.namespaces)
      return first
    }
    const parts = await partsOf(deps, tenant, request)
    const namespaces = parts.map((part) => part.namespace)
    await refuseUnlessReached(caller, request, namespaces)
    const plan = { tenant, receiptId, principal, recordedAt: deps.clock(), parts }
    await carryOut(deps, plan, idempotencyKey, caller.traceparent)
    return { receiptId, acceptedAt: plan.recordedAt, namespaces, replayed: false }
  } finally {
    leave()
  }
}

async function carryOut(
  deps: EraseDeps,
  plan: ErasurePlan,
  idempotencyKey: string,
  traceparent: string | null,
): Promise<void> {
  const keyIds = plan.parts.flatMap((part) => part.keyIds)
  await deps.subjectKeys.withClosed(keyIds, async () => {
    const records = plan.parts.map((part) => eraseRecord(deps.codec, plan, part, traceparent))
    refuseUnlessAppended(await deps.appender.appendAll(records), plan.receiptId, idempotencyKey)
    deps.begun()
    try {
      await deps.ledger.record(ledgerEntry(plan))
      await deps.subjectKeys.destroy(keyIds)
    } catch (fault) {
      deps.onFault(fault)
    }
  })
}

export const ledgerEntry = ({ receiptId, tenant, recordedAt, principal, parts }: ErasurePlan) => ({
  ...{ receiptId, tenant, recordedAt, principal },
  namespaces: parts.map(({ namespace, keyId, requestHmac, keyIds }) => ({
    ...{ namespace, keyId, keyIds },
    requestHmac: Buffer.from(requestHmac).toString('hex'),
  })),
})

/** What the same request began before; long-term memory that does not answer leaves it to the fold, which de-duplicates. */
async function firstErasure(
  deps: EraseDeps,
  tenant: string,
  receiptId: string,
  request: EraseRequest,
): Promise<BegunErasure | null> {
  const find = () => deps.erasures.erasure(tenant, receiptId).catch((fault: unknown) => deps.onFault(fault))
  // The first may be answered and not folded yet: its retry would be answered with another time.
  const known = (await find()) ?? ((await caughtUp(deps.progress, tenant, request.namespace)) ? await find() : null)
  const row = known?.rows[0]
  if (row === undefined) return null
  const key = await deps.vault.dataKey(row, null)
  const part = row.parts.find(({ namespace }) => namespace === row.namespace)
  const hmac = key.requestHmac(canonicalJson({ ...request }))
  if (part === undefined || !sameBytes(part.requestHmac, hmac)) throw idempotencyConflict(row.commandId)
  const namespaces = row.parts.map(({ namespace }) => namespace)
  return { receiptId, acceptedAt: row.recordedAt, namespaces, replayed: true }
}

async function partsOf(deps: EraseDeps, tenant: string, request: EraseRequest): Promise<readonly ErasePart[]> {
  const parts: ErasePart[] = []
  for (const namespace of await namespacesOf(deps, tenant, request.namespace)) {
    const scope = { tenant, namespace }
    const keyIds = await answered(deps.subjectKeys.keyIdsOf(scope, request.subject))
    if (keyIds.length === 0) continue
    const key = await answered(deps.vault.dataKey(scope, null))
    parts.push({ namespace, keyId: key.keyId, requestHmac: key.requestHmac(canonicalJson({ ...request })), keyIds })
  }
  if (parts.length > 0) return parts
  throw new ProblemError({
    code: 'subject_not_found',
    detail: 'Nothing was ever stored here under that subject.',
    field: 'subject',
  })
}

/** All namespaces of the tenant, those of what was accepted a moment ago too. */
async function namespacesOf(deps: EraseDeps, tenant: string, named: string | null): Promise<readonly string[]> {
  if (named !== null) return [named]
  try {
    if (await caughtUp(deps.progress, tenant, null)) {
      return (await deps.namespaces.namespaces(tenant)).map(({ namespace }) => namespace)
    }
  } catch (cause) {
    throw storeUnavailable('Long-term memory does not answer', cause)
  }
  throw storeUnavailable('Long-term memory has not folded all that was accepted')
}

const storeUnavailable = (what: string, cause?: unknown): ProblemError =>
  new ProblemError(
    {
      code: 'store_unavailable',
      detail: `${what}, so the namespaces cannot be told; name one, or retry.`,
      field: 'namespace',
      retryAfterSeconds: 1,
    },
    { cause },
  )

async function answered<T>(keys: Promise<T>): Promise<T> {
  try {
    return await keys
  } catch (cause) {
    const detail = 'The store of the data keys does not answer; nothing was erased.'
    throw new ProblemError({ code: 'log_unavailable', detail, retryAfterSeconds: 1 }, { cause })
  }
}

/** One `Erase` in the log is enough: it names the others. */
function refuseUnlessAppended(results: readonly AppendResult[], receiptId: string, idempotencyKey: string): void {
  if (results.some(({ status }) => status === 'appended')) return
  const unknown = results.find((result) => result.status === 'unknown')
  if (unknown === undefined) {
    const detail = 'The log could not be written; nothing was erased.'
    throw new ProblemError({ code: 'log_unavailable', detail, retryAfterSeconds: 1 })
  }
  throw new ProblemError(
    {
      code: 'outcome_unknown',
      detail: 'The log did not answer in time: it may or may not have the erasure. Retry with this idempotency key.',
      retryAfterSeconds: 1,
      members: { receipt_id: receiptId, idempotency_key: idempotencyKey },
    },
    { cause: unknown.cause },
  )
}
