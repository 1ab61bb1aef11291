import test from 'ava'
import { retrying } from '../../../infra/cli/retrying.ts'
import { ServerProblemError, UnreachableError } from '../../../infra/cli/server-error.ts'

/** Fails with the given errors in turn, then succeeds; the waits that it cost are kept. */
async function run(errors: readonly Error[], attempts = 5) {
  const waits: number[] = []
  let calls = 0
  const outcome = await retrying(
    async () => {
      const error = errors[calls++]
      if (error !== undefined) throw error
      return 'done'
    },
    { attempts, sleep: async (ms) => void waits.push(ms), onWait: () => {} },
  ).catch((error: unknown) => error)
  return { outcome, waits, calls }
}

const problem = (status: number, code: string, retryAfter: number | null = null) =>
  new ServerProblemError(status, code, code, retryAfter)

test('the wait is what Retry-After says', async (t) => {
  const { outcome, waits } = await run([problem(429, 'rate_limited', 3), problem(503, 'overloaded', 1)])
  t.is(outcome, 'done')
  t.deepEqual(waits, [3_000, 1_000])
})

test('without Retry-After the waits double up to half a minute', async (t) => {
  const { waits } = await run(Array(8).fill(problem(503, 'log_unavailable')), 20)
  t.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
})

test('a broken connection is tried again', async (t) => {
  const { outcome, calls } = await run([new UnreachableError('http://x', null)])
  t.deepEqual([outcome, calls], ['done', 2])
})

test('what will not change by waiting is not tried again', async (t) => {
  for (const error of [
    problem(400, 'invalid_request'),
    problem(503, 'key_missing'),
    problem(422, 'idempotency_conflict'),
  ]) {
    const { outcome, calls } = await run([error])
    t.is(outcome, error)
    t.is(calls, 1)
  }
})

test('it gives up after so many failures in a row and shows the last', async (t) => {
  const { outcome, calls } = await run(Array(9).fill(problem(503, 'overloaded', 0)), 4)
  t.is(calls, 4)
  t.true(outcome instanceof ServerProblemError)
})
