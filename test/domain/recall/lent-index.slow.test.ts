import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import test from 'ava'
import fc from 'fast-check'
import { Lender } from '../../../domain/recall/columns/column-lending.ts'
import { growableU8 } from '../../../domain/recall/columns/growable.ts'
import { RestoringArchive } from '../../../domain/recall/columns/index-archive.ts'
import type { Amendment, IndexedMemory } from '../../../domain/recall/indexed-memory.ts'
import { LentIndex } from '../../../domain/recall/lent-index.ts'
import { RowRanker } from '../../../domain/recall/ranking/rank-rows.ts'
import { RecallIndex } from '../../../domain/recall/recall-index.ts'
import type { RecallHit, RecallQuery } from '../../../domain/recall/recall-request.ts'
import { RecallCorpus } from '../../bench/recall-corpus.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { someIntervals, someMemories, someRequest } from './arbitrary-memories.ts'
import { writtenColumns } from './columns/written-columns.ts'

const DIMENSIONS = 24

const values = fc.array(fc.integer({ min: -127, max: 127 }), { minLength: DIMENSIONS, maxLength: DIMENSIONS })
const someVector = values.map((list) => ({ model: 'm', values: Int8Array.from(list), scale: 0.01 }))

/** Asked of the present, which is what is lent; some with a vector. */
const somePresentRequest = fc
  .tuple(someRequest, fc.option(values), fc.integer({ min: -1, max: 400 }))
  .map(([request, vector, day]): RecallQuery => {
    const asOf = { valid: Date.UTC(2024, 4, 1 + day), validAsked: false, known: null }
    return { ...request, asOf, ...(vector === null ? {} : { vector: Float32Array.from(vector) }) }
  })

type Step =
  | { readonly do: 'add'; readonly vector: IndexedMemory['vector'] | null }
  | { readonly do: 'amend'; readonly nth: number; readonly amendment: Amendment }
  | { readonly do: 'ask'; readonly request: RecallQuery }

const someStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('add' as const), vector: fc.option(someVector) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('amend' as const),
      nth: fc.nat(30),
      amendment: fc.oneof<[fc.Arbitrary<Amendment>, fc.Arbitrary<Amendment>]>(
        fc.constant({ erased: true }),
        fc
          .tuple(someIntervals, fc.option(someVector))
          .map(([intervals, vector]) => ({ erased: false, intervals, ...(vector === null ? {} : { vector }) })),
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const), request: somePresentRequest }) },
)

/** What comes out at the other end of a channel between threads. */
function sent<T>(message: T): T {
  const { port1, port2 } = new MessageChannel()
  port1.postMessage(message)
  const received = receiveMessageOnPort(port2) as { message: T }
  port1.close()
  return received.message
}

class Borrower {
  readonly #index: RecallIndex
  readonly #lender = new Lender()
  readonly #lent: LentIndex
  readonly #ranker = new RowRanker()

  constructor(index: RecallIndex, place: number) {
    this.#index = index
    this.#lent = new LentIndex(place)
  }

  recall(request: RecallQuery): RecallHit[] {
    const job = this.#index.jobFor(request)!
    this.#lent.take(sent(this.#lender.lent((walk) => this.#index.lend(walk))))
    return this.#index.hits(sent(this.#lent.rank(sent(job), this.#ranker, null)))
  }
}

const unlike = (n: number) =>
  Int8Array.from({ length: DIMENSIONS }, (_, d) => ((n * 31 + d * d * 7 + n * d) % 255) - 127)

function requestOf(corpus: RecallCorpus, vector: Int8Array): RecallQuery {
  const asOf = { valid: Date.UTC(2030, 0), validAsked: false, known: null }
  const rest = { k: 20, filter: null, minScore: null, explain: true, vector: Float32Array.from(vector) }
  return { query: corpus.query(), asOf, ...rest }
}

test('who borrows the columns of an index ranks as the index does, bit for bit, whatever happened to it in between', (t) => {
  fc.assert(
    fc.property(someMemories(25), fc.array(someStep, { minLength: 5, maxLength: 40 }), (memories, steps) => {
      const index = new RecallIndex()
      const borrowers = [new Borrower(index, 1), new Borrower(index, 3)]
      const waiting = [...memories]
      let asked = 0
      for (const step of steps) {
        if (step.do === 'add') {
          const memory = waiting.shift()
          if (memory !== undefined) index.add(step.vector === null ? memory : { ...memory, vector: step.vector! })
        } else if (step.do === 'amend' && memories.length > 0) {
          index.amend(memories[step.nth % memories.length]!.memoryId, step.amendment)
        } else if (step.do === 'ask') {
          t.deepEqual(borrowers[asked++ % 2]!.recall(step.request), index.recall(step.request))
        }
      }
    }),
    { numRuns: propertyRuns(120) },
  )
})

test('columns that grew, signs that came and blocks that were added are there for whoever borrows them', (t) => {
  const corpus = new RecallCorpus(5)
  const index = new RecallIndex()
  const borrower = new Borrower(index, 2)
  let n = 0
  for (const size of [10, 3_000, 40_000, 52_000]) {
    for (; n < size; n++) index.add({ ...corpus.memory(n), vector: { model: 'm', scale: 0.01, values: unlike(n) } })
    for (let i = 0; i < 5; i++) {
      const request = requestOf(corpus, unlike(i * 997 + size))
      t.deepEqual(borrower.recall(request), index.recall(request))
    }
  }
})

test('an index that came from an archive lends what it was restored from, and what came after', (t) => {
  const corpus = new RecallCorpus(9)
  const before = new RecallIndex()
  for (let n = 0; n < 4_000; n++)
    before.add({ ...corpus.memory(n), vector: { model: 'm', scale: 0.01, values: unlike(n) } })
  const index = new RecallIndex()
  index.archive(new RestoringArchive(writtenColumns(before)))
  const borrower = new Borrower(index, 1)
  for (let n = 4_000; n < 4_050; n++) {
    const request = {
      ...requestOf(corpus, unlike(n)),
      filter: { op: 'exists', field: 'tags', wanted: n % 2 === 0 },
    } as const
    t.deepEqual(borrower.recall(request), index.recall(request))
    index.add({ ...corpus.memory(n), vector: { model: 'm', scale: 0.01, values: unlike(n) } })
    if (n % 10 === 0) index.amend(corpus.memory(n - 4_000).memoryId, { erased: true })
  }
})

test('another instant than the present is not lent, and a look that moves the present says so', (t) => {
  const index = new RecallIndex()
  const [memory] = [new RecallCorpus(3).memory(0)]
  const until = Date.UTC(2026, 0)
  index.add({ ...memory, intervals: [{ knownFrom: 0, knownTo: null, validTo: until }] })
  const asked = (valid: number, validAsked = false) => ({ valid, validAsked, known: null })
  const request = { query: 'anything', k: 1, filter: null, minScore: null, explain: false }
  t.is(index.jobFor({ ...request, asOf: asked(until, true) }), null)
  t.not(index.jobFor({ ...request, asOf: asked(until - 10) }), null)
  t.false(index.moves(asked(until - 5)))
  t.true(index.moves(asked(until)))
  t.false(index.moves(asked(until, true)))
})

test('a column that lies in memory of one thread is not lent, since the other one would get a copy', (t) => {
  const column = growableU8()
  t.is(new Lender().lent((walk) => walk.column('mask', column)).columns.get('mask'), column.data)
  column.data = new Uint8Array(4)
  t.throws(() => new Lender().lent((walk) => walk.column('mask', column)), {
    message: 'Column mask is not in shared memory',
  })
})
