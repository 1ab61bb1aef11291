import type { DatabaseSync } from 'node:sqlite'
import type { LongTermNeeds, LongTermState } from '../../../domain/long-term/changes.ts'
import { uuidBytes } from '../../long-term/id-bytes.ts'
import { LINK_COLUMNS, type LinkColumns, linkOf } from './link-table.ts'
import { keysLoad } from './load-keys.ts'
import { MEMORY_COLUMNS, type MemoryColumns, memoryOf } from './memory-table.ts'
import { NAMESPACE_COLUMNS, type NamespaceColumns, namespaceOf } from './namespace-table.ts'
import { OUTCOME_COLUMNS, type OutcomeColumns, outcomeOf } from './outcome-table.ts'
import { allRows, prepareArrays } from './prepare-arrays.ts'
import type { ScopeTable } from './scope-table.ts'

/**
 * Reads what a fold asks for. Of a command id the first outcome of each scope is returned: repeats of it do not bear on
 * what the next one comes to, and one scope must not depend on how far another partition is folded.
 */
export function stateLoad(database: DatabaseSync, scopes: ScopeTable): (needs: LongTermNeeds) => LongTermState {
  const outcomes = prepareArrays(
    database,
    `select ${OUTCOME_COLUMNS} from outcomes where position in
       (select min(position) from outcomes where command_id = ? group by scope)`,
  )
  const memories = prepareArrays(database, `select ${MEMORY_COLUMNS} from memories where memory_id = ?`)
  const saying = prepareArrays(
    database,
    `select ${MEMORY_COLUMNS} from memories where substr(content_hmac, 1, 8) = ? and content_hmac = ?`,
  )
  const links = prepareArrays(
    database,
    `select ${LINK_COLUMNS} from links where scope = ? and source = ? and rel = ? and target = ?`,
  )
  const namespaces = prepareArrays(database, `select ${NAMESPACE_COLUMNS} from namespaces where scope = ?`)
  const keys = keysLoad(database, scopes)
  return (needs) => ({
    outcomes: distinct(needs.commandIds).flatMap((id) =>
      allRows<OutcomeColumns>(outcomes, uuidBytes(id)).map((columns) => outcomeOf(columns, scopes)),
    ),
    memories: distinctBy(
      [
        ...distinct(needs.memoryIds).flatMap((id) => allRows<MemoryColumns>(memories, uuidBytes(id))),
        ...(needs.contents ?? []).flatMap(({ contentHmac }) =>
          allRows<MemoryColumns>(saying, contentHmac.subarray(0, 8), contentHmac),
        ),
      ],
      ([position]) => position,
    ).map((columns) => memoryOf(columns, scopes)),
    links: needs.links.flatMap((link) => {
      const scope = scopes.numberOf(link)
      if (scope === null) return []
      const key = [scope, uuidBytes(link.from), link.rel, uuidBytes(link.to)]
      return allRows<LinkColumns>(links, ...key).map((columns) => linkOf(columns, scopes))
    }),
    namespaces: needs.scopes.flatMap((asked) => {
      const scope = scopes.numberOf(asked)
      if (scope === null) return []
      return allRows<NamespaceColumns>(namespaces, scope).map((columns) => namespaceOf(columns, scopes))
    }),
    ...(needs.keys === undefined ? {} : { keys: keys(needs.keys) }),
  })
}

const distinct = (ids: readonly string[]): readonly string[] => [...new Set(ids)]

const distinctBy = <Row>(rows: readonly Row[], key: (row: Row) => number): readonly Row[] => [
  ...new Map(rows.map((row) => [key(row), row])).values(),
]
