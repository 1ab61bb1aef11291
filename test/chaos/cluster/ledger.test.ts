import test from 'ava'
import { Ledger, type Receipt } from './ledger.ts'
import { seededRandom } from './random.ts'
import { verdictOf } from './verdict.ts'
import { Workload } from './workload.ts'

const receipt = (n: number): Receipt => ({
  commandId: `command-${n}`,
  memoryId: `memory-${n}`,
  position: `position-${n}`,
  status: 'accepted',
})

/** A ledger in which `count` memories were acknowledged. */
function filled(count: number) {
  const ledger = new Ledger()
  const workload = new Workload(ledger, seededRandom(1), 'test')
  for (let n = 0; n < count; n++) ledger.acknowledge(ledger.open(workload.remember()), receipt(n))
  return { ledger, workload }
}

const answer = (status: number, body: Record<string, unknown>) =>
  ({ outcome: 'answer', answer: { status, headers: new Headers(), body } }) as const

test('a repetition that is acknowledged under another id is a disagreement, and under another position is none', (t) => {
  const { ledger } = filled(1)
  const [entry] = ledger.entries
  t.is(ledger.acknowledge(entry!, { ...receipt(0), position: 'another' }), null)
  t.regex(String(ledger.acknowledge(entry!, { ...receipt(0), memoryId: 'another' })), /acknowledged as .* and as/)
  t.is(ledger.acknowledged, 1)
})

test('no memory is forgotten or corrected by two commands, so that each of them has to come out as stored', (t) => {
  const { ledger, workload } = filled(200)
  const ended = new Set<string>()
  for (let n = 0; n < 2_000; n++) {
    const command = workload.next()
    if (command.kind !== 'forget' && command.kind !== 'correct') continue
    t.false(ended.has(command.about!.memoryId))
    ended.add(command.about!.memoryId)
  }
  t.true(ended.size > 50 && ledger.memories.length === 200)
})

test('the same seed draws the same commands', (t) => {
  const drawn = (): unknown[] => {
    const { workload } = filled(100)
    return Array.from({ length: 300 }, () => workload.next())
  }
  t.deepEqual(drawn(), drawn())
})

test('only documented answers are accepted: a fault of the server, or an unknown memory, breaks a promise', (t) => {
  const { ledger, workload } = filled(1)
  const entry = ledger.open(workload.remember())
  const verdict = (status: number, code: string): string => verdictOf(entry, answer(status, { code })).verdict
  t.is(verdict(500, 'internal'), 'wrong')
  t.is(verdict(404, 'memory_not_found'), 'wrong')
  t.is(verdict(422, 'idempotency_conflict'), 'wrong')
  t.is(verdict(409, 'refused'), 'wrong')
  t.is(verdict(503, 'log_unavailable'), 'again')
  t.like(verdictOf(entry, answer(503, { code: 'outcome_unknown' })), { verdict: 'again', written: 'unknown' })
  t.like(verdictOf(entry, { outcome: 'unanswered', cause: 'ECONNRESET' }), { verdict: 'again', written: 'unknown' })
})
