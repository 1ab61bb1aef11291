import type { DatabaseSync } from 'node:sqlite'
import type { LinkRow } from '../../../domain/memory.ts'
import { uuidBytes, uuidText } from '../../long-term/id-bytes.ts'
import { packIntervals, unpackIntervals } from '../../long-term/packed-intervals.ts'
import type { ScopeTable } from './scope-table.ts'

/** The columns of `links`, in the order of {@link LinkColumns}. */
export const LINK_COLUMNS = 'scope, source, rel, target, intervals, changed'

export type LinkColumns = readonly [
  scope: number,
  source: Uint8Array,
  rel: string,
  target: Uint8Array,
  intervals: string,
  changed: number,
]

export function linkOf([scope, source, rel, target, intervals, changed]: LinkColumns, scopes: ScopeTable): LinkRow {
  const { tenant, namespace } = scopes.scopeOf(scope)
  return {
    tenant,
    namespace,
    from: uuidText(source),
    rel,
    to: uuidText(target),
    intervals: unpackIntervals(intervals),
    changed,
  }
}

export function linkUpsert(database: DatabaseSync, scopes: ScopeTable): (row: LinkRow) => void {
  const statement = database.prepare(
    `insert into links (${LINK_COLUMNS}) values (:scope, :source, :rel, :target, :intervals, :changed)
     on conflict (scope, source, rel, target) do update set intervals = excluded.intervals, changed = excluded.changed`,
  )
  return (row) => {
    statement.run({
      scope: scopes.assign(row),
      source: uuidBytes(row.from),
      rel: row.rel,
      target: uuidBytes(row.to),
      intervals: packIntervals(row.intervals),
      changed: row.changed,
    })
  }
}
