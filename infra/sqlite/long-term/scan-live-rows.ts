import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Checkpoint } from '../../../domain/checkpoint.ts'
import { isLive, type MemoryRow } from '../../../domain/memory.ts'
import type { Scope } from '../../../domain/names.ts'
import { partitionKey, partitionOf } from '../../../domain/partition.ts'
import { positionNumber } from '../../long-term/position-number.ts'
import { rollBack } from '../data-dir/in-transaction.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { checkpointRead } from './checkpoint-table.ts'
import { MEMORY_COLUMNS, type MemoryColumns, memoryOf } from './memory-table.ts'
import { allRows, prepareArrays } from './prepare-arrays.ts'
import { scopeTable } from './scope-table.ts'

export interface LiveRowScan {
  /** Hands every live row of a namespace to `visit`, newest first, all of one snapshot, whose checkpoint it returns. */
  scan(scope: Scope, visit: (row: MemoryRow) => void): Promise<Checkpoint>
  close(): void
}

const CACHE_BYTES = 4 << 20
/** Rows between two turns of the event loop: a few milliseconds. */
const SLICE = 500

/** A connection of its own, because its snapshot stays open over turns of the event loop. One scan at a time. */
export function openLiveRowScan(file: string): LiveRowScan {
  const database = openForReading(file, CACHE_BYTES)
  const scopes = scopeTable(database)
  const checkpoint = checkpointRead(database)
  const page = prepareArrays(
    database,
    `select ${MEMORY_COLUMNS} from memories where position < ? and position >= ? order by position desc limit ${SLICE}`,
  )
  let last: Promise<unknown> = Promise.resolve()

  const scanNow = async (scope: Scope, visit: (row: MemoryRow) => void): Promise<Checkpoint> => {
    database.exec('begin deferred')
    try {
      const partition = partitionOf(partitionKey(scope))
      const at = checkpoint(partition)
      const number = scopes.numberOf(scope)
      let before = positionNumber(partition + 1, 0)
      while (number !== null) {
        const rows = allRows<MemoryColumns>(page, before, positionNumber(partition, 0))
        for (const columns of rows) {
          if (columns[2] !== number) continue
          const row = memoryOf(columns, scopes)
          if (isLive(row)) visit(row)
        }
        if (rows.length < SLICE) break
        before = rows.at(-1)![0]
        await nextTurn()
      }
      return at
    } finally {
      rollBack(database)
    }
  }
  return {
    scan(scope, visit) {
      const result = last.then(() => scanNow(scope, visit))
      // The next scan begins after this one's end, however it ended; its error is its caller's.
      last = result.catch(() => undefined)
      return result
    },
    close: () => closeQuietly(database),
  }
}

function closeQuietly(database: DatabaseSync): void {
  rollBack(database)
  database.close()
}
