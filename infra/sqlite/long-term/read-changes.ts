import type { DatabaseSync } from 'node:sqlite'
import type { Scope } from '../../../domain/names.ts'
import { partitionKey, partitionOf } from '../../../domain/partition.ts'
import type { ChangeCursor, ChangePage } from '../../../query-api/ports/long-term-reader.ts'
import { uuidBytes } from '../../long-term/id-bytes.ts'
import { inSnapshot } from '../data-dir/in-transaction.ts'
import { checkpointRead } from './checkpoint-table.ts'
import { MEMORY_COLUMNS, type MemoryColumns, memoryOf } from './memory-table.ts'
import { allRows, prepareArrays } from './prepare-arrays.ts'
import type { ScopeTable } from './scope-table.ts'

type ReadChanges = (scope: Scope, since: ChangeCursor, limit: number) => ChangePage

/** A page of changed rows and the checkpoint that they are as of, from one snapshot. */
export function changesRead(database: DatabaseSync, scopes: ScopeTable): ReadChanges {
  const readCheckpoint = checkpointRead(database)
  // The first condition alone lets SQLite seek in memories_by_change; the row value then skips what was read before.
  const statement = prepareArrays(
    database,
    `select ${MEMORY_COLUMNS} from memories indexed by memories_by_change
     where scope = ? and (changed, memory_id) > (?, ?) order by changed, memory_id limit ?`,
  )
  return (scope, since, limit) =>
    inSnapshot(database, () => {
      const checkpoint = readCheckpoint(partitionOf(partitionKey(scope)))
      const number = scopes.numberOf(scope)
      if (number === null) return { checkpoint, rows: [], more: false }
      const cursor = since.memoryId === '' ? Buffer.alloc(0) : uuidBytes(since.memoryId)
      const found = allRows<MemoryColumns>(statement, number, since.changed, cursor, limit + 1)
      const rows = found.slice(0, limit).map((columns) => memoryOf(columns, scopes))
      return { checkpoint, rows, more: found.length > limit }
    })
}
