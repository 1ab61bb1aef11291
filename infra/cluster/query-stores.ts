import type { WorkingMemoryStoreReader } from '../../projections/ports/working-memory-store.ts'
import type { LongTermReader } from '../../query-api/ports/long-term-reader.ts'
import type { Breaker } from '../breaker/create-breaker.ts'

/** Long-term memory for requests: refused at once while Postgres is known to be dead. */
export const breakingLongTermReader = (reader: LongTermReader, breaker: Breaker): LongTermReader => ({
  checkpoint: (partition) => breaker.run(() => reader.checkpoint(partition)),
  changes: (scope, since, limit) => breaker.run(() => reader.changes(scope, since, limit)),
  memory: (tenant, memoryId) => breaker.run(() => reader.memory(tenant, memoryId)),
  memories: (scope, memoryIds) => breaker.run(() => reader.memories(scope, memoryIds)),
  links: (scope, memoryIds, most) => breaker.run(() => reader.links(scope, memoryIds, most)),
  namespaces: (tenant) => breaker.run(() => reader.namespaces(tenant)),
  namespace: (scope) => breaker.run(() => reader.namespace(scope)),
  outcome: (tenant, commandId) => breaker.run(() => reader.outcome(tenant, commandId)),
})

/** Working memory for requests: refused at once while Redis is known to be dead. */
export const breakingWorkingMemoryReader = (
  reader: WorkingMemoryStoreReader,
  breaker: Breaker,
): WorkingMemoryStoreReader => ({
  checkpoint: (partition) => breaker.run(() => reader.checkpoint(partition)),
  namespaces: (partition) => breaker.run(() => reader.namespaces(partition)),
  read: (scope) => breaker.run(() => reader.read(scope)),
})
