import type { DatabaseSync } from 'node:sqlite'
import type { LinkRow } from '../../../domain/memory.ts'
import type { Scope } from '../../../domain/names.ts'
import { hexText, uuidBytes } from '../../long-term/id-bytes.ts'
import { LINK_COLUMNS, type LinkColumns, linkOf } from './link-table.ts'
import { allRows, prepareArrays } from './prepare-arrays.ts'
import type { ScopeTable } from './scope-table.ts'

type ReadLinks = (scope: Scope, memoryIds: readonly string[], most?: number) => readonly LinkRow[]

/** As SQLite's `limit` says it. */
const ALL = -1

/** Links that start at or lead to one of the ids, each once; `most`: of each id in each direction. */
export function linksRead(database: DatabaseSync, scopes: ScopeTable): ReadLinks {
  const from = prepareArrays(database, `select ${LINK_COLUMNS} from links where scope = ? and source = ? limit ?`)
  // Left to itself, SQLite takes the first column of the primary key instead, and reads all links of the namespace.
  const to = prepareArrays(
    database,
    `select ${LINK_COLUMNS} from links indexed by links_by_target where scope = ? and target = ? limit ?`,
  )
  return (scope, memoryIds, most = ALL) => {
    const number = scopes.numberOf(scope)
    if (number === null) return []
    const found = new Map<string, LinkColumns>()
    for (const id of memoryIds) {
      const bytes = uuidBytes(id)
      for (const columns of [
        ...allRows<LinkColumns>(from, number, bytes, most),
        ...allRows<LinkColumns>(to, number, bytes, most),
      ]) {
        found.set(`${hexText(columns[1])}${hexText(columns[3])}${columns[2]}`, columns)
      }
    }
    return [...found.values()].map((columns) => linkOf(columns, scopes))
  }
}
