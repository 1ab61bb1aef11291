import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { Kind } from '../../../domain/command.ts'
import type { MemoryRow } from '../../../domain/memory.ts'
import { hexBytes, hexText, uuidBytes, uuidBytesOrNull, uuidText, uuidTextOrNull } from '../../long-term/id-bytes.ts'
import { packIntervals, unpackIntervals } from '../../long-term/packed-intervals.ts'
import { modelsText, packVectors, unpackVectors } from '../../long-term/packed-vectors.ts'
import { offsetOfPosition, partitionOfPosition, positionNumber } from '../../long-term/position-number.ts'
import type { ScopeTable } from './scope-table.ts'

/** The columns of `memories`, in the order of {@link MemoryColumns}. */
export const MEMORY_COLUMNS = `position, memory_id, scope, changed, command_id, key_id, kind, occurred_at, recorded_at,
  known_at, importance, principal, supersedes, superseded_by, rehearsals, intervals, content_hmac, content_length,
  data_schema, sealed, vectors, vector_models`

export type MemoryColumns = readonly [
  position: number,
  memoryId: Uint8Array,
  scope: number,
  changed: number,
  commandId: Uint8Array,
  keyId: Uint8Array,
  kind: Kind,
  occurredAt: number,
  recordedAt: number,
  knownAt: number,
  importance: number,
  principal: string,
  supersedes: Uint8Array | null,
  supersededBy: Uint8Array | null,
  rehearsals: number,
  intervals: string,
  contentHmac: Uint8Array,
  contentLength: number,
  dataSchema: number,
  sealed: Uint8Array | null,
  vectors: Uint8Array | null,
]

export function memoryOf(columns: MemoryColumns, scopes: ScopeTable): MemoryRow {
  const scope = scopes.scopeOf(columns[2])
  return {
    tenant: scope.tenant,
    namespace: scope.namespace,
    partition: partitionOfPosition(columns[0]),
    offset: offsetOfPosition(columns[0]),
    memoryId: uuidText(columns[1]),
    changed: columns[3],
    commandId: uuidText(columns[4]),
    keyId: hexText(columns[5]),
    kind: columns[6],
    occurredAt: columns[7],
    recordedAt: columns[8],
    knownAt: columns[9],
    importance: columns[10],
    principal: columns[11],
    supersedes: uuidTextOrNull(columns[12]),
    supersededBy: uuidTextOrNull(columns[13]),
    rehearsals: columns[14],
    intervals: unpackIntervals(columns[15]),
    contentHmac: columns[16],
    contentLength: columns[17],
    dataSchema: columns[18],
    sealed: columns[19],
    ...(columns[20] === null ? {} : { vectors: unpackVectors(columns[20]) }),
  }
}

/** Writes memories as they stand now; what a `Remember` fixed until it is erased is not written again. */
export function memoryUpsert(database: DatabaseSync, scopes: ScopeTable): (row: MemoryRow) => void {
  const statement = database.prepare(
    `insert into memories (${MEMORY_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (position) do update set
       changed = excluded.changed,
       superseded_by = excluded.superseded_by,
       rehearsals = excluded.rehearsals,
       intervals = excluded.intervals,
       content_hmac = excluded.content_hmac,
       sealed = excluded.sealed,
       vectors = excluded.vectors,
       vector_models = excluded.vector_models`,
  )
  return (row) => {
    statement.run(...columnsOf(row, scopes.assign(row)))
  }
}

const columnsOf = (row: MemoryRow, scope: number): SQLInputValue[] => [
  positionNumber(row.partition, row.offset),
  uuidBytes(row.memoryId),
  scope,
  row.changed,
  uuidBytes(row.commandId),
  hexBytes(row.keyId),
  row.kind,
  row.occurredAt,
  row.recordedAt,
  row.knownAt,
  row.importance,
  row.principal,
  uuidBytesOrNull(row.supersedes),
  uuidBytesOrNull(row.supersededBy),
  row.rehearsals,
  packIntervals(row.intervals),
  row.contentHmac,
  row.contentLength,
  row.dataSchema,
  row.sealed,
  packVectors(row.vectors),
  modelsText(row.vectors),
]
