import { ProblemError } from '../domain/problem.ts'
import type { WorkingMemory } from './ports/working-memory.ts'

const RETRY_AFTER_SECONDS = 2

/** Wraps working memory so that its silence reaches callers as `store_unavailable`, with the cause kept. */
export function guardedWorkingMemory(memory: WorkingMemory): WorkingMemory {
  return {
    state: (scope) => guard(() => memory.state(scope)),
    report: (scope, text) => guard(() => memory.report(scope, text)),
  }
}

async function guard<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    // A missing data key is told as what it is.
    if (cause instanceof ProblemError) throw cause
    const detail = 'Working memory does not answer.'
    throw new ProblemError({ code: 'store_unavailable', detail, retryAfterSeconds: RETRY_AFTER_SECONDS }, { cause })
  }
}
