import type { LinkRow } from '../../../domain/memory.ts'
import { packIntervals, unpackIntervals } from '../../long-term/packed-intervals.ts'
import type { RawColumn } from '../row-query.ts'
import type { Column } from './column.ts'

export const LINK_COLUMNS: ReadonlyArray<Column<LinkRow>> = [
  { name: 'tenant', type: 'text', of: (row) => row.tenant },
  { name: 'namespace', type: 'text', of: (row) => row.namespace },
  { name: 'source', type: 'uuid', of: (row) => row.from },
  { name: 'rel', type: 'text', of: (row) => row.rel },
  { name: 'target', type: 'uuid', of: (row) => row.to },
  { name: 'intervals', type: 'text', of: (row) => packIntervals(row.intervals) },
  { name: 'changed', type: 'int8', of: (row) => row.changed },
]

export const LINK_SELECT = 'tenant, namespace, source, rel, target, intervals, changed'

type Columns = readonly [
  tenant: string,
  namespace: string,
  source: string,
  rel: string,
  target: string,
  intervals: string,
  changed: string,
]

export function linkOf(raw: readonly RawColumn[]): LinkRow {
  const [tenant, namespace, from, rel, to, intervals, changed] = raw as Columns
  return { tenant, namespace, from, rel, to, intervals: unpackIntervals(intervals), changed: Number(changed) }
}
