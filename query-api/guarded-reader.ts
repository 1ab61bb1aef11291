import { ProblemError } from '../domain/problem.ts'
import type { LongTermReader } from './ports/long-term-reader.ts'

/** Wraps a reader so that whatever it rejects with reaches callers as `store_unavailable`, with the cause kept. */
export function guardedReader(reader: LongTermReader): LongTermReader {
  return {
    checkpoint: (partition) => guard(() => reader.checkpoint(partition)),
    changes: (scope, since, limit) => guard(() => reader.changes(scope, since, limit)),
    memory: (tenant, memoryId) => guard(() => reader.memory(tenant, memoryId)),
    memories: (scope, memoryIds) => guard(() => reader.memories(scope, memoryIds)),
    links: (scope, memoryIds) => guard(() => reader.links(scope, memoryIds)),
    namespaces: (tenant) => guard(() => reader.namespaces(tenant)),
    namespace: (scope) => guard(() => reader.namespace(scope)),
    outcome: (tenant, commandId) => guard(() => reader.outcome(tenant, commandId)),
  }
}

const RETRY_AFTER_SECONDS = 2

async function guard<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    throw new ProblemError(
      {
        code: 'store_unavailable',
        detail: 'Long-term memory does not answer.',
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      },
      { cause },
    )
  }
}
