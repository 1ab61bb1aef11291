import test from 'ava'
import fc from 'fast-check'
import type { RankingProfile } from '../../../domain/command.ts'
import { matchesFilter } from '../../../domain/filter/matches-filter.ts'
import type { Amendment, IndexedMemory } from '../../../domain/recall/indexed-memory.ts'
import { RecallIndex } from '../../../domain/recall/recall-index.ts'
import { RecallCorpus } from '../../bench/recall-corpus.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { someAsOf, someFilter, someIntervals, someMemories, someRequest } from './arbitrary-memories.ts'
import { referenceRecall } from './reference-recall.ts'
import { isVisible } from './reference-store.ts'

const indexOf = (memories: readonly IndexedMemory[], profile: RankingProfile = 'auto'): RecallIndex => {
  const index = new RecallIndex({ profile })
  for (const memory of memories) index.add(memory)
  return index
}

const shuffled = <T>(list: readonly T[], keys: readonly number[]): T[] =>
  list
    .map((item, i) => ({ item, key: keys[i % Math.max(keys.length, 1)] ?? 0, i }))
    .sort((a, b) => a.key - b.key || a.i - b.i)
    .map(({ item }) => item)

const someProfile = fc.constantFrom<RankingProfile[]>('auto', 'dialogue', 'notes')
const someOrder = fc.array(fc.integer(), { maxLength: 40 })

test('recall ranks, scores and explains as the plain reference does, bit for bit', (t) => {
  fc.assert(
    fc.property(
      someMemories(25),
      someOrder,
      fc.array(someRequest, { maxLength: 3 }),
      someProfile,
      (memories, order, requests, profile) => {
        const index = indexOf(shuffled(memories, order), profile)
        for (const request of requests) t.deepEqual(index.recall(request), referenceRecall(memories, request, profile))
      },
    ),
    { numRuns: propertyRuns(250) },
  )
})

test('the cut to the best candidates is that of the reference in stores that are larger than the cut', (t) => {
  const corpus = new RecallCorpus(11)
  const memories = Array.from({ length: 1200 }, (_, n) => corpus.memory(n))
  const index = indexOf(memories.slice(0, 50))
  const asOf = { valid: Date.UTC(2030, 0), validAsked: false, known: null }
  index.recall({ query: corpus.query(), k: 1, filter: null, asOf, minScore: null, explain: false })
  for (const memory of memories.slice(50)) index.add(memory)
  for (let i = 0; i < 12; i++) {
    const filter =
      i % 3 === 0 ? ({ op: 'in', field: 'tags', values: [`topic-${i}`, 'topic-4', 'topic-5'] } as const) : null
    const request = { query: corpus.query(), k: 100, filter, asOf, minScore: null, explain: true }
    t.deepEqual(index.recall(request), referenceRecall(memories, request))
  }
})

const someChanges = fc.array(
  fc.record({
    at: fc.nat(),
    change: fc.oneof<[fc.Arbitrary<Amendment>, fc.Arbitrary<Amendment>]>(
      someIntervals.map((intervals) => ({ erased: false, intervals })),
      fc.constant({ erased: true }),
    ),
  }),
  { maxLength: 12 },
)

test('after retirements, corrections and erasures the index answers as one that was made from what stands', (t) => {
  fc.assert(
    fc.property(
      someMemories(20),
      someChanges,
      fc.array(someRequest, { minLength: 1, maxLength: 4 }),
      (memories, changes, requests) => {
        const index = indexOf(memories)
        const now = new Map(memories.map((memory) => [memory.memoryId, memory]))
        for (const [i, { at, change }] of changes.entries()) {
          if (memories.length === 0) break
          const { memoryId } = memories[at % memories.length]!
          t.true(index.amend(memoryId, change))
          const before = now.get(memoryId)
          if (change.erased) now.delete(memoryId)
          else if (before !== undefined) now.set(memoryId, { ...before, intervals: change.intervals })
          const request = requests[i % requests.length]!
          t.deepEqual(index.recall(request), referenceRecall([...now.values()], request))
        }
        for (const request of requests) t.deepEqual(index.recall(request), referenceRecall([...now.values()], request))
      },
    ),
    { numRuns: propertyRuns(150) },
  )
})

test('answers in between, and the order of adds, leave no trace', (t) => {
  fc.assert(
    fc.property(
      someMemories(20),
      someOrder,
      fc.array(someRequest, { minLength: 2, maxLength: 4 }),
      (memories, order, requests) => {
        const straight = indexOf(memories)
        const interrupted = new RecallIndex()
        for (const [i, memory] of shuffled(memories, order).entries()) {
          interrupted.add(memory)
          interrupted.recall(requests[i % requests.length]!)
        }
        for (const request of requests) t.deepEqual(interrupted.recall(request), straight.recall(request))
      },
    ),
    { numRuns: propertyRuns(100) },
  )
})

test('lists hold what is visible and matches by a plain evaluation over all rows, newest first, page by page', (t) => {
  fc.assert(
    fc.property(
      someMemories(25),
      someOrder,
      someFilter,
      someAsOf,
      fc.integer({ min: 1, max: 5 }),
      (memories, order, filter, asOf, limit) => {
        const index = indexOf(shuffled(memories, order))
        const expected = memories.filter((memory) => isVisible(memory, asOf) && matchesFilter(memory, filter)).reverse()
        t.deepEqual(
          index.list({ filter, asOf, beforeOffset: null, limit: index.size }).map(({ memoryId }) => memoryId),
          expected.map((memory) => memory.memoryId),
        )
        const paged: number[] = []
        for (let beforeOffset: number | null = null; ; ) {
          const page = index.list({ filter, asOf, beforeOffset, limit })
          paged.push(...page.map((memory) => memory.offset))
          if (page.length < limit) break
          beforeOffset = page.at(-1)!.offset
        }
        t.deepEqual(
          paged,
          expected.map((memory) => memory.offset),
        )
      },
    ),
    { numRuns: propertyRuns(300) },
  )
})
