import type { DatabaseSync } from 'node:sqlite'
import type { Outcome, OutcomeRow, Refusal } from '../../../domain/outcome.ts'
import { uuidBytes, uuidBytesOrNull, uuidText, uuidTextOrNull } from '../../long-term/id-bytes.ts'
import { offsetOfPosition, partitionOfPosition, positionNumber } from '../../long-term/position-number.ts'
import type { ScopeTable } from './scope-table.ts'

/** The columns of `outcomes`, in the order of {@link OutcomeColumns}. */
export const OUTCOME_COLUMNS =
  'position, scope, command_id, command_type, memory_id, request_hmac, known_at, status, reason'

export type OutcomeColumns = readonly [
  position: number,
  scope: number,
  commandId: Uint8Array,
  commandType: string,
  memoryId: Uint8Array | null,
  requestHmac: Uint8Array,
  knownAt: number,
  status: Outcome['status'],
  reason: Refusal | null,
]

export function outcomeOf(columns: OutcomeColumns, scopes: ScopeTable): OutcomeRow {
  const [position, scope, commandId, commandType, memoryId, requestHmac, knownAt, status, reason] = columns
  const { tenant, namespace } = scopes.scopeOf(scope)
  return {
    tenant,
    namespace,
    partition: partitionOfPosition(position),
    offset: offsetOfPosition(position),
    commandId: uuidText(commandId),
    commandType,
    memoryId: uuidTextOrNull(memoryId),
    requestHmac,
    knownAt,
    outcome: outcome(status, reason, uuidTextOrNull(memoryId)),
  }
}

function outcome(status: Outcome['status'], reason: Refusal | null, memoryId: string | null): Outcome {
  if (status === 'repeated') {
    if (memoryId === null) throw new Error('a repeated outcome names a memory')
    return { status, memoryId }
  }
  if (status !== 'refused') return { status }
  if (reason === null) throw new Error('a refused outcome has a reason')
  return { status, reason }
}

/** Adds outcomes: a position has one, once. */
export function outcomeInsert(database: DatabaseSync, scopes: ScopeTable): (row: OutcomeRow) => void {
  const statement = database.prepare(`insert into outcomes (${OUTCOME_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  return (row) => {
    statement.run(
      positionNumber(row.partition, row.offset),
      scopes.assign(row),
      uuidBytes(row.commandId),
      row.commandType,
      uuidBytesOrNull(row.memoryId),
      row.requestHmac,
      row.knownAt,
      row.outcome.status,
      row.outcome.status === 'refused' ? row.outcome.reason : null,
    )
  }
}
