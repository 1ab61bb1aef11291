import { uuidBytes, uuidText } from '../../long-term/id-bytes.ts'
import type { LackingVectors } from '../../long-term/lacking-vectors.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { listScopes } from './list-scopes.ts'
import { allRows, prepareArrays } from './prepare-arrays.ts'
import { scopeTable } from './scope-table.ts'

const CACHE_BYTES = 2 << 20

type Columns = readonly [changed: number, memoryId: Uint8Array, lacking: number]

/** Finds rows without a vector of a model in state.db, on a connection of its own. */
export function openLackingVectors(file: string): LackingVectors & { close(): void } {
  const database = openForReading(file, CACHE_BYTES)
  const scopes = scopeTable(database)
  const statement = prepareArrays(
    database,
    `select changed, memory_id,
       sealed is not null and superseded_by is null and (vector_models is null or instr(vector_models, ?) = 0)
     from memories indexed by memories_by_change
     where scope = ? and (changed, memory_id) > (?, ?) order by changed, memory_id limit ?`,
  )
  return {
    scopes: async () => listScopes(file),
    async page(scope, model, since, limit) {
      const number = scopes.numberOf(scope)
      if (number === null) return { lacking: [], seen: 0, next: null }
      const after = since === null ? Buffer.alloc(0) : uuidBytes(since.memoryId)
      const rows = allRows<Columns>(statement, `\n${model}\n`, number, since?.changed ?? 0, after, limit)
      const last = rows.at(-1)
      return {
        lacking: rows.flatMap(([, id, lacking]) => (lacking === 1 ? [uuidText(id)] : [])),
        seen: rows.length,
        next: last === undefined ? null : { changed: last[0], memoryId: uuidText(last[1]) },
      }
    },
    close: () => database.close(),
  }
}
