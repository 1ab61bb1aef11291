import { deriveIds } from '../domain/ids.ts'
import { partitionKey, partitionOf } from '../domain/partition.ts'
import { encodePosition } from '../domain/position.ts'
import { ProblemError } from '../domain/problem.ts'
import { newestOf } from '../schemas/catalogue.ts'
import type { CommandCodec } from '../schemas/command-codec.ts'
import type { Appender } from './appender.ts'
import { canonicalJson } from './canonical-json.ts'
import { cloudEventHeaders } from './cloud-event.ts'
import type { Caller, Receipt } from './command-api.ts'
import { drawIdempotencyKey } from './idempotency-key.ts'
import type { InFlight } from './in-flight.ts'
import type { Assigned, Intent } from './intent.ts'
import type { FoldProgress, OutcomeReader } from './ports/read-side.ts'
import type { DataKey, Vault } from './ports/vault.ts'
import { firstAnswer } from './replay.ts'
import { settledReceipt } from './settle.ts'

export interface AcceptDeps {
  readonly clock: () => number
  readonly vault: Vault
  readonly codec: CommandCodec
  readonly appender: Appender
  readonly inFlight: InFlight
  readonly outcomes: OutcomeReader
  readonly progress: FoldProgress
}

/**
 * A command's way into the log, after the edge has authenticated, authorised, limited and validated it:
 * identify → (answered before?) → seal → append → answer.
 * Throws a `ProblemError` when it is refused; after that nothing of it is in the log, unless it says `outcome_unknown`.
 */
export async function accept(deps: AcceptDeps, caller: Caller, intent: Intent): Promise<Receipt> {
  const idempotencyKey = caller.idempotencyKey ?? drawIdempotencyKey(deps.clock())
  const { tenant, principal } = caller.identity
  const ids = deriveIds({ tenant, principal, namespace: intent.scope.namespace, route: intent.route, idempotencyKey })
  const leave = deps.inFlight.enter(ids.commandId)
  try {
    const key = await dataKeyOf(deps.vault, intent)
    const requestHmac = key.requestHmac(canonicalJson(intent.request))
    const first = caller.idempotencyKey === null ? null : await firstAnswer(deps, caller, intent, ids, requestHmac)
    if (first !== null) return first

    const recordedAt = deps.clock()
    const envelope = { commandId: ids.commandId, recordedAt, principal, keyId: key.keyId, requestHmac }
    const assigned: Assigned = {
      ...ids,
      envelope,
      key,
      sealContext: (type) => ({ ...intent.scope, keyId: key.keyId, ...ids, type }),
    }
    const command = intent.command(assigned)
    const recordKey = partitionKey(intent.scope)
    const partition = partitionOf(recordKey)
    const result = await deps.appender.append({
      partition,
      key: recordKey,
      value: deps.codec.encode(command),
      headers: cloudEventHeaders(command, newestOf(command.type).number, caller.traceparent),
      timestamp: recordedAt,
    })
    const memoryId = intent.about ?? (command.type === 'Remember' ? ids.memoryId : null)
    if (result.status === 'not-written') {
      throw new ProblemError(
        { code: 'log_unavailable', detail: 'The log could not be written; nothing was stored.', retryAfterSeconds: 1 },
        { cause: result.cause },
      )
    }
    if (result.status === 'unknown') throw outcomeUnknown(ids.commandId, memoryId, idempotencyKey, result.cause)
    const receipt: Receipt = {
      memoryId,
      commandId: ids.commandId,
      position: encodePosition({ generation: result.generation, partition, offset: result.offset }),
      status: 'accepted',
      acceptedAt: recordedAt,
      replayed: false,
    }
    return caller.waitMs === null
      ? receipt
      : await settledReceipt(deps, caller, receipt, { partition, offset: result.offset, requestHmac })
  } finally {
    leave()
  }
}

async function dataKeyOf(vault: Vault, intent: Intent): Promise<DataKey> {
  try {
    return await vault.dataKey(intent.scope, intent.subject)
  } catch (cause) {
    throw new ProblemError(
      { code: 'log_unavailable', detail: 'No data key could be had; nothing was stored.', retryAfterSeconds: 1 },
      { cause },
    )
  }
}

const outcomeUnknown = (
  commandId: string,
  memoryId: string | null,
  idempotencyKey: string,
  cause: Error,
): ProblemError =>
  new ProblemError(
    {
      code: 'outcome_unknown',
      detail: 'The log did not answer in time: it may or may not have the command. Retry with this idempotency key.',
      retryAfterSeconds: 1,
      members: { command_id: commandId, memory_id: memoryId, idempotency_key: idempotencyKey },
    },
    { cause },
  )
