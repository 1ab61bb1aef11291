import test from 'ava'
import type { Caller } from '../../commands/command-api.ts'
import type { Intent } from '../../commands/intent.ts'
import type { MemoryFinder } from '../../commands/ports/read-side.ts'
import { firstAnswer } from '../../commands/replay.ts'
import type { OutcomeRow } from '../../domain/outcome.ts'
import { ProblemError } from '../../domain/problem.ts'

const scope = { tenant: 'acme', namespace: 'notes' }
const caller = { identity: { tenant: 'acme' }, waitMs: null } as Caller
const ids = { commandId: 'c-1', memoryId: 'm-1' }
const first: OutcomeRow = {
  ...scope,
  partition: 0,
  offset: 3,
  commandId: 'c-1',
  commandType: 'Remember',
  memoryId: 'm-1',
  requestHmac: Buffer.alloc(32, 1),
  knownAt: 1_000,
  outcome: { status: 'stored' },
}

/** The answer to another request under the key of `first`. */
function toAnotherRequest(memories: MemoryFinder, faults: unknown[] = []) {
  const progress = { generationOf: () => 'a1', latestHead: async () => 3, waitForFold: async () => true }
  const deps = {
    outcomes: { outcome: async () => first },
    memories,
    progress,
    onFault: (fault: unknown) => faults.push(fault),
  }
  return firstAnswer(deps, caller, { about: null } as Intent, ids, Buffer.alloc(32, 2))
}

test('another request under a used key is a conflict', async (t) => {
  const error = await t.throwsAsync(toAnotherRequest({ memory: async () => null }), { instanceOf: ProblemError })
  t.is(error.problem.code, 'idempotency_conflict')
})

test('a store that cannot say whether the first was erased leaves it to the fold', async (t) => {
  const faults: unknown[] = []
  const away = new Error('the connection was lost')
  t.is(await toAnotherRequest({ memory: async () => Promise.reject(away) }, faults), null)
  t.deepEqual(faults, [away])
})
