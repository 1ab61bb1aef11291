import type { DatabaseSync } from 'node:sqlite'
import type { LongTermReader } from '../../../query-api/ports/long-term-reader.ts'
import { uuidBytes } from '../../long-term/id-bytes.ts'
import { naming } from '../data-dir/check-store.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { checkpointRead } from './checkpoint-table.ts'
import { memoriesSinceRead } from './count-memories-since.ts'
import { MEMORY_COLUMNS, type MemoryColumns, memoryOf } from './memory-table.ts'
import { NAMESPACE_COLUMNS, type NamespaceColumns, namespaceOf } from './namespace-table.ts'
import { OUTCOME_COLUMNS, type OutcomeColumns, outcomeOf } from './outcome-table.ts'
import { allRows, prepareArrays } from './prepare-arrays.ts'
import { changesRead } from './read-changes.ts'
import { linksRead } from './read-links.ts'
import { type ScopeTable, scopeTable } from './scope-table.ts'
import { stateSchema } from './state-schema.ts'

const CACHE_BYTES = 16 << 20

export interface SqliteLongTermReader extends LongTermReader {
  /** Memories of a tenant known since an instant, counted to `atMost`. */
  memoriesSince(tenant: string, since: number, atMost: number): Promise<number>
  close(): void
}

/** Reads state.db on the calling thread, beside the thread that folds. Statements are short; promises are settled. */
export function openSqliteLongTermReader(file: string): SqliteLongTermReader {
  const database = openForReading(file, CACHE_BYTES)
  const scopes = scopeTable(database)
  const checkpoint = checkpointRead(database)
  const changes = changesRead(database, scopes)
  const links = linksRead(database, scopes)
  const memory = memoryRead(database, scopes)
  const namespaces = namespacesRead(database, scopes)
  const outcome = outcomeRead(database, scopes)
  const memoriesSince = memoriesSinceRead(database)
  const guarded = <Result>(work: () => Result): Result => naming(file, stateSchema, work)
  return {
    checkpoint: async (partition) => guarded(() => checkpoint(partition)),
    changes: async (scope, since, limit) => guarded(() => changes(scope, since, limit)),
    links: async (scope, memoryIds, most) => guarded(() => links(scope, memoryIds, most)),
    memory: async (tenant, memoryId) => {
      const row = guarded(() => memory(memoryId))
      return row?.tenant === tenant ? row : null
    },
    memories: async ({ tenant, namespace }, memoryIds) => {
      const rows = guarded(() => [...new Set(memoryIds)].map(memory))
      return rows.filter((row) => row !== null).filter((row) => row.tenant === tenant && row.namespace === namespace)
    },
    namespaces: async (tenant) => guarded(() => namespaces.all(tenant)),
    namespace: async ({ tenant, namespace }) => guarded(() => namespaces.one(tenant, namespace)),
    outcome: async (tenant, commandId) => guarded(() => outcome(tenant, commandId)),
    memoriesSince: async (tenant, since, atMost) => guarded(() => memoriesSince(tenant, since, atMost)),
    close: () => database.close(),
  }
}

function memoryRead(database: DatabaseSync, scopes: ScopeTable) {
  const statement = prepareArrays(database, `select ${MEMORY_COLUMNS} from memories where memory_id = ?`)
  return (memoryId: string) => {
    const columns = allRows<MemoryColumns>(statement, uuidBytes(memoryId))[0]
    return columns === undefined ? null : memoryOf(columns, scopes)
  }
}

function namespacesRead(database: DatabaseSync, scopes: ScopeTable) {
  const ofTenant = `select ${NAMESPACE_COLUMNS} from namespaces join scopes using (scope) where tenant = ?`
  const all = prepareArrays(database, `${ofTenant} order by namespace`)
  const one = prepareArrays(database, `${ofTenant} and namespace = ?`)
  return {
    all: (tenant: string) => allRows<NamespaceColumns>(all, tenant).map((columns) => namespaceOf(columns, scopes)),
    one(tenant: string, namespace: string) {
      const columns = allRows<NamespaceColumns>(one, tenant, namespace)[0]
      return columns === undefined ? null : namespaceOf(columns, scopes)
    },
  }
}

function outcomeRead(database: DatabaseSync, scopes: ScopeTable) {
  const statement = prepareArrays(
    database,
    `select ${OUTCOME_COLUMNS} from outcomes join scopes using (scope)
     where command_id = ? and tenant = ? order by position limit 1`,
  )
  return (tenant: string, commandId: string) => {
    const columns = allRows<OutcomeColumns>(statement, uuidBytes(commandId), tenant)[0]
    return columns === undefined ? null : outcomeOf(columns, scopes)
  }
}
