import test, { type ExecutionContext } from 'ava'
import { Lender } from '../../../../domain/recall/columns/column-lending.ts'
import { SIGNS_FROM_VECTORS } from '../../../../domain/recall/dense/vector-column.ts'
import type { IndexedMemory } from '../../../../domain/recall/indexed-memory.ts'
import { LentIndex } from '../../../../domain/recall/lent-index.ts'
import { RowRanker } from '../../../../domain/recall/ranking/rank-rows.ts'
import { RecallIndex } from '../../../../domain/recall/recall-index.ts'
import type { RecallQuery } from '../../../../domain/recall/recall-request.ts'

const DIMENSIONS = 16
const NOW = Date.UTC(2030, 0)
const ROWS = SIGNS_FROM_VECTORS + 50

/** Of each number another vector, in every direction (Marsaglia's xorshift32). */
function valuesOf(n: number): Int8Array {
  let state = n
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >> 24
  }
  for (let i = 0; i < DIMENSIONS; i++) next()
  return Int8Array.from({ length: DIMENSIONS }, next)
}

function memory(n: number, values = valuesOf(n)): IndexedMemory {
  return {
    memoryId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    offset: n,
    content: `note ${n}`,
    metadata: {},
    tags: [],
    author: null,
    runId: null,
    userId: n % 2 === 0 ? 'ada' : 'bob',
    agentId: null,
    kind: 'episodic',
    occurredAt: 0,
    importance: 500,
    intervals: [{ knownFrom: 0, knownTo: null, validTo: null }],
    vector: { model: 'm', values, scale: 0.01 },
  }
}

/** So many that signs are looked at first. */
function largeIndex(): RecallIndex {
  const index = new RecallIndex()
  for (let n = 1; n <= ROWS; n++) index.add(memory(n))
  return index
}

function asking(seed: number, more: Partial<RecallQuery> = {}): RecallQuery {
  const asOf = { valid: NOW, validAsked: false, known: null }
  const vector = Float32Array.from(valuesOf(seed))
  return { query: 'nothing', k: 5, filter: null, asOf, minScore: null, explain: true, vector, ...more }
}

/** As a query that nothing was done for before. */
const afresh = (index: RecallIndex, query: RecallQuery) =>
  index.recall({ ...query, vector: Float32Array.from(query.vector!) })

const onlyAda = { op: 'in', field: 'user_id', values: ['ada'] } as const

test('a query that was begun with the one before is answered as alone, and only once', (t) => {
  const index = largeIndex()
  const [first, second] = [asking(100), asking(200)]
  t.deepEqual(index.recall(first, second), afresh(index, first))
  t.true(index.isAhead(second))
  t.deepEqual(index.recall(second), afresh(index, second))
  t.false(index.isAhead(second))
  t.is(index.recall(second)[0]!.offset, 200)
})

const changes: Record<string, (index: RecallIndex, nearest: number) => void> = {
  'its nearest is erased': (index, nearest) => void index.amend(memory(nearest).memoryId, { erased: true }),
  'its nearest is retired': (index, nearest) =>
    void index.amend(memory(nearest).memoryId, {
      erased: false,
      intervals: [{ knownFrom: 0, knownTo: 5, validTo: null }],
    }),
  'its nearest means something else': (index, nearest) =>
    void index.amend(memory(nearest).memoryId, { ...memory(nearest, valuesOf(9)), erased: false }),
  'a nearer one comes': (index, nearest) => index.add(memory(ROWS + 1, valuesOf(nearest))),
}
for (const [what, change] of Object.entries(changes)) {
  test(`what was begun is not used when ${what}`, (t) => {
    const index = largeIndex()
    const second = asking(200)
    index.recall(asking(100), second)
    change(index, 200)
    const asked = index.recall(second)
    t.deepEqual(asked, afresh(index, second))
    t.notDeepEqual(
      asked.map(({ offset }) => offset),
      afresh(largeIndex(), second).map(({ offset }) => offset),
    )
  })
}

test('what was begun is not used when its nearest is no longer valid by the time it is asked', (t) => {
  const index = largeIndex()
  const ends = [{ knownFrom: 0, knownTo: null, validTo: NOW + 10 }]
  index.amend(memory(200).memoryId, { erased: false, intervals: ends })
  const second = asking(200)
  index.recall(asking(100), second)
  const later = { ...second, asOf: { ...second.asOf, valid: NOW + 20 } }
  t.deepEqual(index.recall(later), afresh(index, later))
  t.not(index.recall(later)[0]!.offset, 200)
})

test('what was begun is not used for the same vector with a filter', (t) => {
  const index = largeIndex()
  const second = asking(201)
  index.recall(asking(100), second)
  const filtered = { ...second, filter: onlyAda }
  t.deepEqual(index.recall(filtered), afresh(index, filtered))
})

test('only queries of all that is visible now are begun together', (t) => {
  const index = largeIndex()
  const whole = asking(100)
  const past = { valid: NOW, validAsked: true, known: null }
  for (const other of [asking(200, { filter: onlyAda }), asking(200, { asOf: past })]) {
    for (const [first, second] of [
      [whole, other],
      [other, whole],
    ] as const) {
      t.deepEqual(index.recall(first, second), afresh(index, first))
      t.false(index.isAhead(second))
      t.deepEqual(index.recall(second), afresh(index, second))
    }
  }
})

test('who borrows the columns begins two jobs together, unless one of them is filtered', (t: ExecutionContext) => {
  const index = largeIndex()
  const [lender, lent, ranker] = [new Lender(), new LentIndex(1), new RowRanker()]
  lent.take(lender.lent((walk) => index.lend(walk)))
  const queries = [asking(100), asking(200), asking(300, { filter: onlyAda }), asking(400)]
  const jobs = queries.map((query) => index.jobFor(query)!)
  const begun: boolean[] = []
  for (const [i, query] of queries.entries()) {
    const next = jobs[i + 1] ?? null
    t.deepEqual(index.hits(lent.rank(jobs[i]!, ranker, next)), afresh(index, query))
    begun.push(next !== null && ranker.isAhead(next.vector!))
  }
  t.deepEqual(begun, [true, false, false, false])
})
