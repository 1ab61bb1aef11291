import { type DerivedIds, deriveIds } from '../domain/ids.ts'
import { partitionKey, partitionOf } from '../domain/partition.ts'
import { encodePosition } from '../domain/position.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Embedding } from '../domain/vector/embedding.ts'
import { newestOf } from '../schemas/catalogue.ts'
import type { CommandCodec } from '../schemas/command-codec.ts'
import type { Appender } from './appender.ts'
import { canonicalJson } from './canonical-json.ts'
import { cloudEventHeaders } from './cloud-event.ts'
import type { Caller, Receipt } from './command-api.ts'
import { type EmbedDeps, embedTexts } from './embed-texts.ts'
import { drawIdempotencyKey } from './idempotency-key.ts'
import type { InFlight } from './in-flight.ts'
import type { Intent } from './intent.ts'
import type { AppendResult, NewRecord } from './ports/log-writer.ts'
import type { FoldProgress, OutcomeReader } from './ports/read-side.ts'
import type { DataKey, Vault } from './ports/vault.ts'
import { firstAnswer } from './replay.ts'
import { settledReceipt } from './settle.ts'

export interface AcceptDeps extends EmbedDeps {
  readonly clock: () => number
  readonly vault: Vault
  readonly codec: CommandCodec
  readonly appender: Appender
  readonly inFlight: InFlight
  readonly outcomes: OutcomeReader
  readonly progress: FoldProgress
}

/** A request that has its ids, and is in flight until it leaves. */
export interface Identified extends DerivedIds {
  readonly idempotencyKey: string
  leave(): void
}

/** A sealed command, ready for the log. */
export interface Sealed {
  readonly record: NewRecord
  readonly commandId: string
  /** The memory that the answer names. */
  readonly memoryId: string | null
  readonly idempotencyKey: string
  readonly requestHmac: Uint8Array
}

/**
 * A command's way into the log, after the edge has authenticated, authorised, limited and validated it:
 * identify → (answered before?) → granted? → embed → seal → append → answer.
 * Throws a `ProblemError` when it is refused; after that nothing of it is in the log, unless it says `outcome_unknown`.
 */
export async function accept(deps: AcceptDeps, caller: Caller, intent: Intent): Promise<Receipt> {
  const identified = identify(deps, caller, intent)
  try {
    const key = await dataKeyOf(deps.vault, intent)
    const requestHmac = key.requestHmac(canonicalJson(intent.request))
    const first =
      caller.idempotencyKey === null ? null : await firstAnswer(deps, caller, intent, identified, requestHmac)
    if (first !== null) return first
    await throwUnlessGranted(caller)
    const [vector] = await embedTexts(deps, intent.text === undefined ? [] : [intent.text])
    const sealed = seal(deps, caller, intent, identified, { key, requestHmac, vector })
    return await answer(deps, caller, sealed, await deps.appender.append(sealed.record))
  } finally {
    identified.leave()
  }
}

/** Behind the look for an earlier answer: what is asked again costs nothing again, and is answered when all is used up. */
async function throwUnlessGranted({ grant }: Caller): Promise<void> {
  if (grant === undefined) return
  const { refusal } = await grant(1)
  if (refusal !== null) throw new ProblemError(refusal)
}

/** Throws `request_in_flight` when the same request is being worked on. */
export function identify(deps: AcceptDeps, caller: Caller, intent: Intent): Identified {
  const idempotencyKey = caller.idempotencyKey ?? drawIdempotencyKey(deps.clock())
  const { tenant, principal } = caller.identity
  const ids = deriveIds({ tenant, principal, namespace: intent.scope.namespace, route: intent.route, idempotencyKey })
  return { ...ids, idempotencyKey, leave: deps.inFlight.enter(ids.commandId) }
}

export async function dataKeyOf(vault: Vault, intent: Intent): Promise<DataKey> {
  try {
    return await vault.dataKey(intent.scope, intent.subject)
  } catch (cause) {
    throw new ProblemError(
      { code: 'log_unavailable', detail: 'No data key could be had; nothing was stored.', retryAfterSeconds: 1 },
      { cause },
    )
  }
}

/** What goes into a command besides the request and its ids. */
export interface SealParts {
  readonly key: DataKey
  readonly requestHmac: Uint8Array
  readonly vector: Embedding | undefined
}

/** From here on the command has its time. */
export function seal(
  deps: AcceptDeps,
  caller: Caller,
  intent: Intent,
  { commandId, memoryId, idempotencyKey }: Identified,
  { key, requestHmac, vector }: SealParts,
): Sealed {
  const recordedAt = deps.clock()
  const { keyId } = key
  const command = intent.command({
    commandId,
    memoryId,
    envelope: { commandId, recordedAt, principal: caller.identity.principal, keyId, requestHmac },
    key,
    vector,
    sealContext: (type) => ({ ...intent.scope, keyId, commandId, memoryId, type }),
  })
  const recordKey = partitionKey(intent.scope)
  return {
    record: {
      partition: partitionOf(recordKey),
      key: recordKey,
      value: deps.codec.encode(command),
      headers: cloudEventHeaders(command, newestOf(command.type).number, caller.traceparent),
      timestamp: recordedAt,
    },
    commandId,
    memoryId: intent.about ?? (command.type === 'Remember' ? memoryId : null),
    idempotencyKey,
    requestHmac,
  }
}

/**
 * The answer to what the log said; with `Prefer: wait`, to what the fold made of it. Throws `log_unavailable` and
 * `outcome_unknown`, and what the fold refused.
 */
export async function answer(deps: AcceptDeps, caller: Caller, sealed: Sealed, result: AppendResult): Promise<Receipt> {
  if (result.status === 'not-written') {
    throw new ProblemError(
      { code: 'log_unavailable', detail: 'The log could not be written; nothing was stored.', retryAfterSeconds: 1 },
      { cause: result.cause },
    )
  }
  if (result.status === 'unknown') throw outcomeUnknown(sealed, result.cause)
  const { commandId, memoryId, requestHmac } = sealed
  const { partition, timestamp: acceptedAt } = sealed.record
  const { generation, offset } = result
  const position = encodePosition({ generation, partition, offset })
  const receipt: Receipt = { memoryId, commandId, position, status: 'accepted', acceptedAt, replayed: false }
  return caller.waitMs === null ? receipt : settledReceipt(deps, caller, receipt, { partition, offset, requestHmac })
}

const outcomeUnknown = ({ commandId, memoryId, idempotencyKey }: Sealed, cause: Error): ProblemError =>
  new ProblemError(
    {
      code: 'outcome_unknown',
      detail: 'The log did not answer in time: it may or may not have the command. Retry with this idempotency key.',
      retryAfterSeconds: 1,
      members: { command_id: commandId, memory_id: memoryId, idempotency_key: idempotencyKey },
    },
    { cause },
  )
