import type { Kind } from '../../../domain/command.ts'
import { isLive, type MemoryRow } from '../../../domain/memory.ts'
import { packIntervals, unpackIntervals } from '../../long-term/packed-intervals.ts'
import { modelsText, packVectors, unpackVectors } from '../../long-term/packed-vectors.ts'
import { offsetOfPosition, partitionOfPosition, positionNumber } from '../../long-term/position-number.ts'
import type { RawColumn } from '../row-query.ts'
import type { Column } from './column.ts'
import { bytesOf, bytesOrNullOf } from './raw-bytes.ts'

/** What a `Remember` fixes for good. */
const FIXED: ReadonlyArray<Column<MemoryRow>> = [
  { name: 'position', type: 'int8', of: (row) => positionNumber(row.partition, row.offset) },
  { name: 'tenant', type: 'text', of: (row) => row.tenant },
  { name: 'namespace', type: 'text', of: (row) => row.namespace },
  { name: 'memory_id', type: 'uuid', of: (row) => row.memoryId },
  { name: 'command_id', type: 'uuid', of: (row) => row.commandId },
  { name: 'key_id', type: 'hex', of: (row) => row.keyId },
  { name: 'kind', type: 'text', of: (row) => row.kind },
  { name: 'occurred_at', type: 'int8', of: (row) => row.occurredAt },
  { name: 'recorded_at', type: 'int8', of: (row) => row.recordedAt },
  { name: 'known_at', type: 'int8', of: (row) => row.knownAt },
  { name: 'importance', type: 'int4', of: (row) => row.importance },
  { name: 'principal', type: 'text', of: (row) => row.principal },
  { name: 'supersedes', type: 'uuid', of: (row) => row.supersedes },
  { name: 'content_hmac', type: 'bytea', of: (row) => row.contentHmac },
  { name: 'content_length', type: 'int4', of: (row) => row.contentLength },
  { name: 'data_schema', type: 'int4', of: (row) => row.dataSchema },
]

/** What later commands change. `live` and `vector_models` are what rows are asked for by; they follow from the others. */
const CHANGING: ReadonlyArray<Column<MemoryRow>> = [
  { name: 'changed', type: 'int8', of: (row) => row.changed },
  { name: 'superseded_by', type: 'uuid', of: (row) => row.supersededBy },
  { name: 'rehearsals', type: 'int4', of: (row) => row.rehearsals },
  { name: 'intervals', type: 'text', of: (row) => packIntervals(row.intervals) },
  { name: 'live', type: 'bool', of: isLive },
  { name: 'vectors', type: 'bytea', of: (row) => packVectors(row.vectors) },
  { name: 'vector_models', type: 'text', of: (row) => modelsText(row.vectors) },
]

export const MEMORY_COLUMNS: ReadonlyArray<Column<MemoryRow>> = [
  ...FIXED,
  ...CHANGING,
  { name: 'sealed', type: 'bytea', of: (row) => row.sealed },
]

/** Of a row that is there already. Sealed bytes stay as they came or are erased: they are never sent a second time. */
export const ALTERED_MEMORY_COLUMNS: ReadonlyArray<Column<MemoryRow>> = [
  { name: 'memory_id', type: 'uuid', of: (row) => row.memoryId },
  ...CHANGING,
  { name: 'erased', type: 'bool', of: (row) => row.sealed === null },
]

/** The columns of a memory as they are read, in the order that {@link memoryOf} takes them. */
export const MEMORY_SELECT = `position, tenant, namespace, memory_id, changed, command_id, encode(key_id, 'hex'), kind,
  occurred_at, recorded_at, known_at, importance, principal, supersedes, superseded_by, rehearsals, intervals,
  content_hmac, content_length, data_schema, sealed, vectors`

type Columns = readonly [
  position: string,
  tenant: string,
  namespace: string,
  memoryId: string,
  changed: string,
  commandId: string,
  keyId: string,
  kind: Kind,
  occurredAt: string,
  recordedAt: string,
  knownAt: string,
  importance: string,
  principal: string,
  supersedes: string | null,
  supersededBy: string | null,
  rehearsals: string,
  intervals: string,
  contentHmac: string,
  contentLength: string,
  dataSchema: string,
  sealed: string | null,
  vectors: string | null,
]

export function memoryOf(raw: readonly RawColumn[]): MemoryRow {
  const columns = raw as Columns
  const position = Number(columns[0])
  return {
    tenant: columns[1],
    namespace: columns[2],
    partition: partitionOfPosition(position),
    offset: offsetOfPosition(position),
    memoryId: columns[3],
    changed: Number(columns[4]),
    commandId: columns[5],
    keyId: columns[6],
    kind: columns[7],
    occurredAt: Number(columns[8]),
    recordedAt: Number(columns[9]),
    knownAt: Number(columns[10]),
    importance: Number(columns[11]),
    principal: columns[12],
    supersedes: columns[13],
    supersededBy: columns[14],
    rehearsals: Number(columns[15]),
    intervals: unpackIntervals(columns[16]),
    contentHmac: bytesOf(columns[17]),
    contentLength: Number(columns[18]),
    dataSchema: Number(columns[19]),
    sealed: bytesOrNullOf(columns[20]),
    ...(columns[21] === null ? {} : { vectors: unpackVectors(bytesOf(columns[21])) }),
  }
}
