import test from 'ava'
import type { Remember } from '../../../domain/command.ts'
import { forget, memoryId, remember } from '../../query-api/support/commands.ts'
import { FoldedLog } from '../../query-api/support/folded-log.ts'

const scope = { tenant: 'acme', namespace: 'notes' }
const hmac = (n: number): Uint8Array => new Uint8Array(32).fill(n)
const saying = (id: number, what: number, more: Partial<Remember> = {}): Remember =>
  remember(id, `statement ${what}`, { contentHmac: hmac(what), ...more })
const again = (id: number, ...what: number[]): Remember => saying(id, what[0]!, { repeats: what.map(hmac) })

async function outcomeOf(log: FoldedLog, command: Remember, at = scope) {
  log.append(at, command)
  return log.outcome(at.tenant, command.commandId)
}

test('what is said again is not stored, and its outcome names the memory that said it', async (t) => {
  const log = new FoldedLog()
  log.append(scope, saying(1, 7))
  const row = await outcomeOf(log, again(2, 7))
  t.deepEqual(row?.outcome, { status: 'repeated', memoryId: memoryId(1) })
  t.is(row?.memoryId, memoryId(1))
  t.is(await log.memory('acme', memoryId(2)), null)
  t.is((await log.namespace(scope))?.live, 1)
  t.is((await log.memory('acme', memoryId(1)))?.rehearsals, 1, 'a loop does not strengthen what it repeats')
})

test('the same words that ask for nothing are stored', async (t) => {
  const log = new FoldedLog()
  log.append(scope, saying(1, 7))
  t.is((await outcomeOf(log, saying(2, 7)))?.outcome.status, 'stored')
})

test('what nothing says is stored, and found the next time', async (t) => {
  const log = new FoldedLog()
  t.is((await outcomeOf(log, again(1, 7)))?.outcome.status, 'stored')
  t.is((await outcomeOf(log, again(2, 7)))?.outcome.status, 'repeated')
})

test('of several contents all must be remembered; the first names the memory', async (t) => {
  const log = new FoldedLog()
  log.append(scope, saying(1, 7))
  t.is((await outcomeOf(log, again(2, 8, 7)))?.outcome.status, 'stored')
  log.append(scope, saying(3, 9))
  t.deepEqual((await outcomeOf(log, again(4, 9, 7)))?.outcome, { status: 'repeated', memoryId: memoryId(3) })
})

test('what was retired, corrected, or is no longer valid may be said anew', async (t) => {
  const log = new FoldedLog()
  log.append(scope, saying(1, 7))
  log.append(scope, forget([1], 2_000))
  t.is((await outcomeOf(log, again(2, 7)))?.outcome.status, 'stored')
  log.append(scope, saying(3, 8, { recordedAt: 3_000 }))
  log.append(scope, saying(4, 9, { recordedAt: 4_000, supersedes: memoryId(3) }))
  t.is((await outcomeOf(log, again(5, 8)))?.outcome.status, 'stored')
  log.append(scope, saying(6, 10, { recordedAt: 5_000, ttlSeconds: 1 }))
  t.is((await outcomeOf(log, saying(7, 10, { recordedAt: 5_999, repeats: [hmac(10)] })))?.outcome.status, 'repeated')
  t.is((await outcomeOf(log, saying(8, 10, { recordedAt: 6_000, repeats: [hmac(10)] })))?.outcome.status, 'stored')
})

test('neither another namespace nor another data key says it', async (t) => {
  const log = new FoldedLog()
  log.append(scope, saying(1, 7))
  t.is((await outcomeOf(log, again(2, 7), { ...scope, namespace: 'other' }))?.outcome.status, 'stored')
  t.is((await outcomeOf(log, { ...again(3, 7), keyId: 'b2'.repeat(16) }))?.outcome.status, 'stored')
})

test('of several memories that say it the first is named', async (t) => {
  const log = new FoldedLog()
  log.append(scope, saying(9, 7))
  log.append(scope, saying(1, 7))
  t.deepEqual((await outcomeOf(log, again(3, 7)))?.outcome, { status: 'repeated', memoryId: memoryId(9) })
})
