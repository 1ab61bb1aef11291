import { ProblemError } from '../domain/problem.ts'
import type { Opener } from './ports/opener.ts'

const RETRY_AFTER_SECONDS = 2

/** Wraps an opener so that a key store that does not answer reaches callers as `store_unavailable`. */
export function guardedOpener(opener: Opener): Opener {
  return {
    openNow: (row) => opener.openNow(row),
    async prepare(rows) {
      try {
        await opener.prepare(rows)
      } catch (cause) {
        const detail = 'The store of the data keys does not answer.'
        throw new ProblemError({ code: 'store_unavailable', detail, retryAfterSeconds: RETRY_AFTER_SECONDS }, { cause })
      }
    },
  }
}
