import test from 'ava'
import type { IndexedMemory } from '../../../../domain/recall/indexed-memory.ts'
import { RecallIndex } from '../../../../domain/recall/recall-index.ts'
import type { RecallQuery } from '../../../../domain/recall/recall-request.ts'
import { quantise } from '../../../../domain/vector/quantise.ts'

const idOf = (offset: number): string => `00000000-0000-8000-8000-${offset.toString(16).padStart(12, '0')}`

type Told = Partial<IndexedMemory> & { readonly towards?: readonly number[] }

function memory(offset: number, content: string, { towards, ...more }: Told = {}): IndexedMemory {
  const vector = towards === undefined ? null : quantise('m', Float32Array.from(towards))
  return {
    memoryId: idOf(offset),
    offset,
    content,
    metadata: {},
    tags: [],
    kind: 'episodic',
    author: null,
    runId: null,
    userId: null,
    agentId: null,
    occurredAt: 1_000 + offset,
    importance: 500,
    intervals: [{ knownFrom: 1, knownTo: null, validTo: null }],
    ...(vector === null ? {} : { vector }),
    ...more,
  }
}

function indexOf(memories: readonly IndexedMemory[]): RecallIndex {
  const index = new RecallIndex()
  for (const one of memories) index.add(one)
  return index
}

const ask = (index: RecallIndex, query: string, more: Partial<RecallQuery> = {}) =>
  index.recall({
    query,
    k: 10,
    filter: null,
    asOf: { valid: 10_000, validAsked: false, known: null },
    minScore: null,
    explain: true,
    ...more,
  })

const offsets = (hits: readonly { readonly offset: number }[]): number[] => hits.map(({ offset }) => offset)
const [EAST, NORTH] = [
  [1, 0, 0],
  [0, 1, 0],
]

test('a memory without a word of the question is found by its vector', (t) => {
  const index = indexOf([memory(1, 'apples', { towards: EAST }), memory(2, 'pears', { towards: NORTH })])
  const [first] = ask(index, 'something else', { vector: Float32Array.from(NORTH) })
  t.is(first?.offset, 2)
  t.true((first?.signals?.meaning?.value ?? 0) > 0.99)
  t.deepEqual(ask(index, 'something else'), [])
})

test('without a vector of the query, or of any memory, recall is by words alone', (t) => {
  const plain = indexOf([memory(1, 'apples'), memory(2, 'pears')])
  const dense = indexOf([memory(1, 'apples', { towards: EAST }), memory(2, 'pears', { towards: NORTH })])
  const asked = ask(plain, 'apples')
  t.deepEqual(ask(dense, 'apples'), asked)
  t.deepEqual(ask(plain, 'apples', { vector: Float32Array.from(EAST) }), asked)
  t.is(asked[0]?.signals?.meaning, undefined)
})

test('a vector of another dimension than those here is as good as none', (t) => {
  const index = indexOf([memory(1, 'apples', { towards: EAST })])
  t.deepEqual(ask(index, 'apples', { vector: Float32Array.of(1, 0) }), ask(index, 'apples'))
})

test('a memory without a vector gets what the others have in the mean, and so is ranked by its words', (t) => {
  const index = indexOf([
    memory(1, 'apples', { towards: EAST }),
    memory(2, 'apples'),
    memory(3, 'apples', { towards: NORTH }),
  ])
  const hits = ask(index, 'apples', { vector: Float32Array.from(EAST) })
  t.deepEqual(offsets(hits), [1, 2, 3])
  const values = hits.map(({ signals }) => signals?.meaning?.value ?? Number.NaN)
  t.is(values[1], (values[0]! + values[2]!) / 2)
})

test('a vector may come later, and be replaced', (t) => {
  const index = indexOf([memory(1, 'apples', { towards: EAST }), memory(2, 'pears')])
  const { intervals } = memory(2, 'pears')
  const north = { vector: Float32Array.from(NORTH) }
  index.amend(idOf(2), { erased: false, intervals, vector: quantise('m', Float32Array.from(NORTH))! })
  t.is(ask(index, 'something', north)[0]?.offset, 2)
  index.amend(idOf(2), { erased: false, intervals, vector: quantise('m', Float32Array.from(EAST))! })
  t.true((ask(index, 'something', north)[0]?.signals?.meaning?.value ?? 1) < 0.01)
  index.amend(idOf(2), { erased: false, intervals })
  t.is(ask(index, 'something', { vector: Float32Array.from(EAST) }).length, 2)
})

test('an erased memory is found by nothing', (t) => {
  const index = indexOf([memory(1, 'apples', { towards: EAST }), memory(2, 'pears', { towards: NORTH })])
  index.amend(idOf(2), { erased: true })
  t.deepEqual(offsets(ask(index, 'pears', { vector: Float32Array.from(NORTH) })), [1])
})

test('a turn is near by what stands beside it, too', (t) => {
  const index = indexOf([
    memory(1, 'one', { runId: 'a', towards: NORTH }),
    memory(2, 'two', { runId: 'a', towards: EAST }),
    memory(3, 'three', { runId: 'b', towards: EAST }),
  ])
  const hits = ask(index, 'nothing of it', { vector: Float32Array.from(NORTH) })
  t.deepEqual(offsets(hits), [1, 2, 3])
  const [, beside, away] = hits.map(({ signals }) => signals)
  t.true(beside!.context!.value > 0.4 && away!.context!.value < 0.01)
  t.true(beside!.meaningOfEpisode!.value > 0.99)
})

test('names of authors leave a query, unless nothing else is in it', (t) => {
  const index = indexOf([memory(1, 'apples', { author: 'Caroline Dupont', towards: EAST })])
  t.is(index.withoutAuthors("What did Caroline's sister say to Dupont?"), 'What did sister say to ?')
  t.is(index.withoutAuthors('Caroline'), 'Caroline')
  t.is(index.withoutAuthors('Who is Marie?'), 'Who is Marie?')
  t.is(indexOf([memory(1, 'apples', { author: 'Caroline' })]).withoutAuthors('Caroline?'), null)
})

const spoken = (offset: number, content: string, towards?: readonly number[]): IndexedMemory =>
  memory(offset, content, { author: 'Ana', runId: `run-${offset}`, ...(towards === undefined ? {} : { towards }) })
const QUESTION = { query: 'Who planted the orchard?', vector: Float32Array.from(EAST) }
const bestScore = (memories: readonly IndexedMemory[]): number =>
  ask(indexOf(memories), QUESTION.query, QUESTION)[0]?.score ?? 0

test('the score tells whether anything is near in meaning, not only whether words are the same', (t) => {
  const words = ['I planted the orchard.', 'It rained.', 'We sold a boat.']
  const near = words.map((content, i) => spoken(i + 1, content, EAST))
  const far = words.map((content, i) => spoken(i + 1, content, NORTH))
  t.true(bestScore(near) > bestScore(far) + 0.1)
})

test('while most memories wait for their vectors, a far one says nothing against an answer in the same words', (t) => {
  const answer = spoken(1, 'I planted the orchard.')
  const others = ['It rained.', 'The orchard is old.', 'Who sold the boat?'].map((text, i) => spoken(i + 2, text))
  const embedded = spoken(9, 'An orchard was planted elsewhere.', NORTH)
  const all = [answer, ...others].map((one) => spoken(one.offset, one.content, NORTH))
  t.true(bestScore([answer, ...others, embedded]) > bestScore([...all, embedded]) + 0.1)
})
