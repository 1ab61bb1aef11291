import type { DerivedIds } from '../domain/ids.ts'
import type { Outcome, OutcomeRow } from '../domain/outcome.ts'
import { encodePosition } from '../domain/position.ts'
import { ProblemError } from '../domain/problem.ts'
import { sameBytes } from '../domain/same-bytes.ts'
import type { Caller, Receipt } from './command-api.ts'
import type { Intent } from './intent.ts'
import type { FoldProgress, MemoryFinder, OutcomeReader } from './ports/read-side.ts'

/**
 * The answer that the same request got before, or `null` when it is new (or long-term memory cannot say: then the fold
 * de-duplicates). Throws `idempotency_conflict` when the key was used for another request.
 */
export async function firstAnswer(
  deps: OutcomeDeps & { readonly progress: FoldProgress },
  caller: Caller,
  intent: Intent,
  ids: DerivedIds,
  requestHmac: Uint8Array,
): Promise<Receipt | null> {
  const row = await lookUp(deps, caller.identity.tenant, ids.commandId)
  if (row === null) return null
  if (!sameBytes(row.requestHmac, requestHmac)) {
    const erased = await isErased(deps, row)
    if (erased === null) return null
    throw erased ? refused({ ...row, outcome: ERASED }) : idempotencyConflict(ids.commandId)
  }
  if (row.outcome.status === 'refused') throw refused(row)
  const generation = deps.progress.generationOf(row.partition, row.offset)
  if (generation === null) return null
  return {
    memoryId: intent.about ?? row.memoryId,
    commandId: ids.commandId,
    position: encodePosition({ generation, partition: row.partition, offset: row.offset }),
    status: caller.waitMs === null ? 'accepted' : 'duplicate',
    acceptedAt: row.knownAt,
    replayed: true,
  }
}

export interface OutcomeDeps {
  readonly outcomes: OutcomeReader
  /** Finds what a first answer was about. */
  readonly memories?: MemoryFinder
  readonly onFault: (fault: unknown) => void
}

const ERASED: Outcome = { status: 'refused', reason: 'erased' }

/** What was erased cannot be compared any more: its HMAC was made under a key that is gone. `null`: the store cannot say. */
async function isErased(deps: OutcomeDeps, { tenant, memoryId, commandType }: OutcomeRow): Promise<boolean | null> {
  const { memories, onFault } = deps
  if (memories === undefined || memoryId === null || commandType !== 'Remember') return false
  try {
    return (await memories.memory(tenant, memoryId))?.sealed === null
  } catch (fault) {
    onFault(fault)
    return null
  }
}

/** The outcome, or `null`. A store that does not answer must not stop a write: the fold has the last word on repetition. */
export async function lookUp(deps: OutcomeDeps, tenant: string, commandId: string): Promise<OutcomeRow | null> {
  try {
    return await deps.outcomes.outcome(tenant, commandId)
  } catch (fault) {
    deps.onFault(fault)
    return null
  }
}

export const idempotencyConflict = (commandId: string): ProblemError =>
  new ProblemError({
    code: 'idempotency_conflict',
    detail: 'This idempotency key was used for a request with another body.',
    field: 'idempotency_key',
    expected: 'a key that was not used before, or the same body',
    members: { command_id: commandId },
  })

export function refused(row: OutcomeRow): ProblemError {
  const reason = row.outcome.status === 'refused' ? row.outcome.reason : row.outcome.status
  return new ProblemError({
    code: 'refused',
    detail: refusals[reason] ?? `The command was refused: ${reason}.`,
    members: { reason, command_id: row.commandId },
  })
}

const refusals: Readonly<Record<string, string>> = {
  unknown_memory: 'No such memory is stored in this namespace.',
  supersedes_unknown: 'The memory that `supersedes` names is not stored in this namespace.',
  supersedes_not_later: 'A correction must have happened after what it corrects: `occurred_at` is not later.',
  not_retired: 'The memory is not retired.',
  already_retired: 'The memory is retired already.',
  unknown_link: 'No such link stands.',
  erased: 'The memory was erased.',
}
