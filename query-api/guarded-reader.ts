import { ProblemError } from '../domain/problem.ts'
import type { LongTermReader } from './ports/long-term-reader.ts'

/** Wraps a reader so that whatever it rejects with reaches callers as `store_unavailable`, with the cause kept. */
export function guardedReader(reader: LongTermReader): LongTermReader {
  return {
    checkpoint: (partition) => storeAnswers(() => reader.checkpoint(partition)),
    changes: (scope, since, limit) => storeAnswers(() => reader.changes(scope, since, limit)),
    memory: (tenant, memoryId) => storeAnswers(() => reader.memory(tenant, memoryId)),
    memories: (scope, memoryIds) => storeAnswers(() => reader.memories(scope, memoryIds)),
    links: (scope, memoryIds, most) => storeAnswers(() => reader.links(scope, memoryIds, most)),
    namespaces: (tenant) => storeAnswers(() => reader.namespaces(tenant)),
    namespace: (scope) => storeAnswers(() => reader.namespace(scope)),
    outcome: (tenant, commandId) => storeAnswers(() => reader.outcome(tenant, commandId)),
  }
}

const RETRY_AFTER_SECONDS = 2

/** What a read came to; whatever it rejects with reaches callers as `store_unavailable`. */
export async function storeAnswers<T>(read: () => Promise<T>): Promise<T> {
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
