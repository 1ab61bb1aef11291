import type { Outcome, OutcomeRow, Refusal } from '../../../domain/outcome.ts'
import { offsetOfPosition, partitionOfPosition, positionNumber } from '../../long-term/position-number.ts'
import type { RawColumn } from '../row-query.ts'
import type { Column } from './column.ts'
import { bytesOf } from './raw-bytes.ts'

export const OUTCOME_COLUMNS: ReadonlyArray<Column<OutcomeRow>> = [
  { name: 'position', type: 'int8', of: (row) => positionNumber(row.partition, row.offset) },
  { name: 'tenant', type: 'text', of: (row) => row.tenant },
  { name: 'namespace', type: 'text', of: (row) => row.namespace },
  { name: 'command_id', type: 'uuid', of: (row) => row.commandId },
  { name: 'command_type', type: 'text', of: (row) => row.commandType },
  { name: 'memory_id', type: 'uuid', of: (row) => row.memoryId },
  { name: 'request_hmac', type: 'bytea', of: (row) => row.requestHmac },
  { name: 'known_at', type: 'int8', of: (row) => row.knownAt },
  { name: 'status', type: 'text', of: (row) => row.outcome.status },
  { name: 'reason', type: 'text', of: ({ outcome }) => (outcome.status === 'refused' ? outcome.reason : null) },
]

export const OUTCOME_SELECT =
  'position, tenant, namespace, command_id, command_type, memory_id, request_hmac, known_at, status, reason'

type Columns = readonly [
  position: string,
  tenant: string,
  namespace: string,
  commandId: string,
  commandType: string,
  memoryId: string | null,
  requestHmac: string,
  knownAt: string,
  status: Outcome['status'],
  reason: Refusal | null,
]

export function outcomeOf(raw: readonly RawColumn[]): OutcomeRow {
  const columns = raw as Columns
  const position = Number(columns[0])
  return {
    tenant: columns[1],
    namespace: columns[2],
    partition: partitionOfPosition(position),
    offset: offsetOfPosition(position),
    commandId: columns[3],
    commandType: columns[4],
    memoryId: columns[5],
    requestHmac: bytesOf(columns[6]),
    knownAt: Number(columns[7]),
    outcome: outcome(columns[8], columns[9], columns[5]),
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
