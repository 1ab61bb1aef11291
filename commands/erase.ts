import { deriveIds } from '../domain/ids.ts'
import { ProblemError } from '../domain/problem.ts'
import { sameBytes } from '../domain/same-bytes.ts'
import type { CommandCodec } from '../schemas/command-codec.ts'
import type { Appender } from './appender.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Caller } from './command-api.ts'
import { type ErasurePlan, eraseRecord, heldPlan, isWhole, ledgerEntry } from './erase-record.ts'
import { type ErasurePartsDeps, erasureParts, storeUnavailable } from './erasure-parts.ts'
import { drawIdempotencyKey } from './idempotency-key.ts'
import type { InFlight } from './in-flight.ts'
import { caughtUp } from './locate.ts'
import type { ErasureLedger } from './ports/erasure-ledger.ts'
import type { ErasureLog, FoldedErasure } from './ports/erasure-log.ts'
import type { AppendResult, NewRecord } from './ports/log-writer.ts'
import { refuseUnlessReached } from './refuse-unless-reached.ts'
import { idempotencyConflict } from './replay.ts'
import type { EraseRequest } from './requests/erase-request.ts'

export interface EraseDeps extends ErasurePartsDeps {
  readonly clock: () => number
  readonly codec: CommandCodec
  readonly appender: Appender
  readonly inFlight: InFlight
  readonly erasures: ErasureLog
  readonly ledger: ErasureLedger
  /** Told of a fault that an answer went on without: what is left is finished later. */
  readonly onFault: (fault: unknown) => void
  /** An erasure stands in the log and is to be finished. */
  readonly begun: () => void
}

/** How long the keys of a subject stay closed for the fold to say which attempt holds. */
const HELD_WITHIN_MS = 2_000

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
 *
 * Under a key of the client's this may be a repetition: an earlier attempt may stand in the log, folded or not, and name fewer
 * keys, since somebody wrote in between. The fold lets the first one hold, so no key is destroyed here before the fold has
 * said which that is. When it does not say so in time, the subject's keys are renewed, so that what is written from now on
 * stands under keys that no attempt so far names, and `finish-erasures.ts` destroys those that the first one names.
 */
export async function erase(deps: EraseDeps, caller: Caller, request: EraseRequest): Promise<BegunErasure> {
  const { tenant, principal } = caller.identity
  const idempotencyKey = caller.idempotencyKey ?? drawIdempotencyKey(deps.clock())
  const namespace = request.namespace ?? ''
  const receiptId = deriveIds({ tenant, principal, namespace, route: 'erase', idempotencyKey }).commandId
  const leave = deps.inFlight.enter(receiptId)
  try {
    const isFirst = caller.idempotencyKey === null
    const known = isFirst ? null : await foldedErasure(deps, tenant, receiptId, request.namespace)
    if (known !== null) {
      const begun = await begunBefore(deps, known, request)
      await refuseUnlessReached(caller, request, begun.namespaces)
      return begun
    }
    const parts = await erasureParts(deps, tenant, request)
    const namespaces = parts.map((part) => part.namespace)
    await refuseUnlessReached(caller, request, namespaces)
    const plan = { tenant, receiptId, principal, recordedAt: deps.clock(), parts }
    const held = await carryOut(deps, { plan, isFirst, idempotencyKey, traceparent: caller.traceparent })
    const isAnother = held !== null && held.rows[0]!.recordedAt !== plan.recordedAt
    if (isAnother) return await begunBefore(deps, held, request)
    return { receiptId, acceptedAt: plan.recordedAt, namespaces, replayed: false }
  } finally {
    leave()
  }
}

interface Attempt {
  readonly plan: ErasurePlan
  /** Whether no other attempt can have its id, which was drawn for it. */
  readonly isFirst: boolean
  readonly idempotencyKey: string
  readonly traceparent: string | null
}

/** Resolves to what the fold says of the attempt, where that was waited for and heard. */
async function carryOut(deps: EraseDeps, attempt: Attempt): Promise<FoldedErasure | null> {
  const { plan, isFirst, idempotencyKey, traceparent } = attempt
  const keyIds = plan.parts.flatMap((part) => part.keyIds)
  return deps.subjectKeys.withClosed(keyIds, async () => {
    const records = plan.parts.map((part) => eraseRecord(deps.codec, plan, part, traceparent))
    const results = await deps.appender.appendAll(records)
    refuseUnlessAppended(results, plan.receiptId, idempotencyKey)
    deps.begun()
    const held = isFirst ? null : await heldErasure(deps, plan, records, results)
    try {
      if (isFirst) await settle(deps, plan)
      else if (held !== null) await settle(deps, heldPlan(held))
      else await deps.subjectKeys.renew(keyIds)
    } catch (fault) {
      deps.onFault(fault)
    }
    return held
  })
}

async function settle({ ledger, subjectKeys }: EraseDeps, plan: ErasurePlan): Promise<void> {
  await ledger.record(ledgerEntry(plan))
  await subjectKeys.destroy(plan.parts.flatMap((part) => part.keyIds))
}

/** The erasure as the fold has it, once all of it is folded; `null` when that is not in time. */
async function heldErasure(
  { progress, erasures, onFault }: EraseDeps,
  { tenant, receiptId }: ErasurePlan,
  records: readonly NewRecord[],
  results: readonly AppendResult[],
): Promise<FoldedErasure | null> {
  const folded = await Promise.all(
    results.map((result, i) =>
      result.status === 'appended' ? progress.waitForFold(records[i]!.partition, result.offset, HELD_WITHIN_MS) : false,
    ),
  )
  if (!folded.every(Boolean)) return null
  try {
    const held = await erasures.erasure(tenant, receiptId)
    return held !== null && isWhole(held) ? held : null
  } catch (fault) {
    onFault(fault)
    return null
  }
}

/**
 * What the same request began before. `null`: none that is folded; in a named namespace also when that cannot be told, which
 * leaves it to the fold. Without a name it must be told, or a namespace that is new since would be erased as well.
 */
async function foldedErasure(
  deps: EraseDeps,
  tenant: string,
  receiptId: string,
  namespace: string | null,
): Promise<FoldedErasure | null> {
  try {
    const known = await deps.erasures.erasure(tenant, receiptId)
    if (known !== null) return known
    // The first may be answered and not folded yet: its retry would be answered with another time.
    if (await caughtUp(deps.progress, tenant, namespace)) return await deps.erasures.erasure(tenant, receiptId)
  } catch (fault) {
    if (namespace === null) throw storeUnavailable('Long-term memory does not answer', fault)
    deps.onFault(fault)
    return null
  }
  if (namespace === null) throw storeUnavailable('Long-term memory has not folded all that was accepted')
  return null
}

async function begunBefore(deps: EraseDeps, { rows }: FoldedErasure, request: EraseRequest): Promise<BegunErasure> {
  const { receiptId, commandId, recordedAt, tenant, namespace, parts } = rows[0]!
  const key = await deps.vault.dataKey({ tenant, namespace }, null)
  const hmac = key.requestHmac(canonicalJson({ ...request }))
  const part = parts.find((each) => each.namespace === namespace)
  if (part === undefined || !sameBytes(part.requestHmac, hmac)) throw idempotencyConflict(commandId)
  return { receiptId, acceptedAt: recordedAt, namespaces: parts.map((each) => each.namespace), replayed: true }
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
