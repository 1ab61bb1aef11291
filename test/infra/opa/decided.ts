import assert from 'node:assert/strict'
import { eventually } from '../../support/eventually.ts'

/**
 * An answer that the policy engine had its word in. On a busy machine a decision can take longer than a server waits for it;
 * then the answer is 503, nothing was done, and the same may be asked again.
 */
export const decided = <A extends { readonly status: number }>(ask: () => Promise<A>): Promise<A> =>
  eventually(async () => {
    const answer = await ask()
    assert.notEqual(answer.status, 503)
    return answer
  })
