import test from 'ava'
import type { AsOf, IndexedMemory } from '../../../domain/recall/indexed-memory.ts'
import { RecallIndex } from '../../../domain/recall/recall-index.ts'
import { DAY, memoryIdOf, START } from './arbitrary-memories.ts'

const now: AsOf = { valid: START + 100 * DAY, validAsked: false, known: null }

const memory = (n: number, content: string, more: Partial<IndexedMemory> = {}): IndexedMemory => ({
  memoryId: memoryIdOf(n),
  offset: n,
  content,
  metadata: {},
  tags: [],
  author: null,
  runId: null,
  userId: null,
  agentId: null,
  kind: 'episodic',
  occurredAt: START + n * 1000,
  importance: 500,
  intervals: [{ knownFrom: START, knownTo: null, validTo: null }],
  ...more,
})

function indexOf(memories: readonly IndexedMemory[]): RecallIndex {
  const index = new RecallIndex()
  for (const one of memories) index.add(one)
  return index
}

const ask = (index: RecallIndex, query: string, more: Partial<Parameters<RecallIndex['recall']>[0]> = {}) =>
  index.recall({ query, k: 10, filter: null, asOf: now, minScore: null, explain: false, ...more })

const offsets = (hits: ReadonlyArray<{ readonly offset: number }>): number[] => hits.map((hit) => hit.offset)

const talk = [
  memory(1, 'Where did you learn to bake?', { author: 'Alpha', runId: 'a' }),
  memory(2, 'From my grandmother, in Lisbon.', { author: 'Bravo', runId: 'a' }),
  memory(3, 'I sold the old boat last Friday.', { author: 'Alpha', runId: 'a' }),
  memory(4, 'The harbour was closed.', { author: 'Bravo', runId: 'b' }),
]

test('an answer is found through the question before it', (t) => {
  t.is(ask(indexOf(talk), 'Who taught Bravo to bake?')[0]?.offset, 2)
})

test('an empty index, and a query of stop words, have no hits', (t) => {
  t.deepEqual(ask(new RecallIndex(), 'boat'), [])
  t.deepEqual(ask(indexOf(talk), 'what is it?'), [])
  t.deepEqual(ask(indexOf(talk), ''), [])
})

test('equal hits are ordered by offset, lower first', (t) => {
  const same = [5, 2, 9, 4].map((n) => memory(n, 'A red kite', { occurredAt: START }))
  t.deepEqual(offsets(ask(indexOf(same), 'kite')), [2, 4, 5, 9])
})

test('the contributions of the signals add up to what ranks the hits', (t) => {
  const hits = ask(indexOf(talk), 'When did Alpha sell the boat?', { explain: true })
  const sums = hits.map((hit) => Object.values(hit.signals ?? {}).reduce((sum, one) => sum + one.contribution, 0))
  t.is(hits[0]?.offset, 3)
  t.deepEqual(
    sums,
    [...sums].sort((a, b) => b - a),
  )
  t.is(hits[0]?.signals?.time.value, 1)
})

test('a question about something else scores below min_score', (t) => {
  const index = indexOf(talk)
  const [near] = ask(index, 'Who sold the old boat?')
  const [far] = ask(index, 'Which old violin did the orchestra tune?')
  t.true(near !== undefined && near.score > 0.5)
  t.true(far === undefined || far.score < 0.5)
  t.deepEqual(ask(index, 'Which old violin did the orchestra tune?', { minScore: 0.5 }), [])
})

test('a filter restricts the hits and leaves the context of others in place', (t) => {
  const filter = { op: 'in', field: 'author', values: ['Bravo'] } as const
  const hits = ask(indexOf(talk), 'Who taught Bravo to bake?', { filter, explain: true })
  t.is(hits[0]?.offset, 2)
  t.true(hits.every((hit) => [2, 4].includes(hit.offset)))
  t.true((hits[0]?.signals?.answers.value ?? 0) > 0)
})

test('a memory whose validity ends leaves the present answer at that instant', (t) => {
  const end = START + 5 * DAY
  const index = indexOf([
    memory(1, 'The code is kite', { intervals: [{ knownFrom: START, knownTo: null, validTo: end }] }),
  ])
  const at = (valid: number) => offsets(ask(index, 'kite', { asOf: { ...now, valid } }))
  t.deepEqual(at(end - 1), [1])
  t.deepEqual(at(end), [])
  t.deepEqual(at(end - 1), [1])
})

test('what happens later answers the present, and an asked instant only from then on', (t) => {
  const index = indexOf([memory(1, 'The kite festival', { occurredAt: START + 200 * DAY })])
  t.deepEqual(offsets(ask(index, 'kite')), [1])
  t.deepEqual(offsets(ask(index, 'kite', { asOf: { ...now, validAsked: true } })), [])
  t.deepEqual(offsets(ask(index, 'kite', { asOf: { valid: START + 200 * DAY, validAsked: true, known: null } })), [1])
})

test('a retired memory is found as of when it was known', (t) => {
  const index = indexOf([memory(1, 'A kite')])
  index.amend(memoryIdOf(1), { erased: false, intervals: [{ knownFrom: START, knownTo: START + DAY, validTo: null }] })
  t.deepEqual(ask(index, 'kite'), [])
  t.deepEqual(offsets(ask(index, 'kite', { asOf: { ...now, known: START } })), [1])
})

test('nothing brings an erased memory back, and its id stays known', (t) => {
  const index = indexOf(talk)
  index.amend(memoryIdOf(3), { erased: true })
  index.amend(memoryIdOf(3), { erased: false, intervals: talk[2]!.intervals })
  t.deepEqual(offsets(ask(index, 'boat')), [])
  t.deepEqual(offsets(index.list({ filter: null, asOf: now, beforeOffset: null, limit: 10 })), [4, 2, 1])
  t.true(index.has(memoryIdOf(3)))
  t.is(index.size, 4)
})

test('a memory cannot be added twice, and one that is not here cannot be amended', (t) => {
  const index = indexOf(talk)
  t.throws(() => index.add(talk[0]!), { message: /in the index already/ })
  t.false(index.amend(memoryIdOf(77), { erased: true }))
})

test('another language is stemmed by its own rules', (t) => {
  const index = new RecallIndex({ language: 'de' })
  index.add(memory(1, 'Die Häuser am Hafen'))
  t.deepEqual(offsets(ask(index, 'Haus')), [1])
})

test('bytes grow with what is held', (t) => {
  const index = new RecallIndex()
  const empty = index.bytes()
  for (let n = 1; n <= 2000; n++) index.add(memory(n, `Note ${n} about kites and harbours`))
  t.true(index.bytes() > empty + 2000 * 50)
})
