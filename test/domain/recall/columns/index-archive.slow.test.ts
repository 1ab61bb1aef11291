import test from 'ava'
import fc from 'fast-check'
import { RestoringArchive } from '../../../../domain/recall/columns/index-archive.ts'
import type { Amendment, IndexedMemory } from '../../../../domain/recall/indexed-memory.ts'
import { RecallIndex } from '../../../../domain/recall/recall-index.ts'
import { propertyRuns } from '../../../support/property-runs.ts'
import { someAsOf, someFilter, someIntervals, someMemories, someRequest } from '../arbitrary-memories.ts'
import { writtenColumns } from './written-columns.ts'

const amendment: fc.Arbitrary<Amendment> = fc.oneof(
  fc.constant({ erased: true } as const),
  someIntervals.map((intervals) => ({ erased: false, intervals }) as const),
)
const values = fc.array(fc.integer({ min: -127, max: 127 }), { minLength: 4, maxLength: 4 })
const vector = values.map((list) => ({ model: 'm', values: Int8Array.from(list), scale: 0.01 }))
const asked = values.map((list) => Float32Array.from(list))

/** Some of the memories have a vector. */
const memoriesToSave = fc
  .tuple(someMemories(25), fc.array(fc.option(vector), { maxLength: 25 }))
  .map(([memories, vectors]) =>
    memories.map((memory, n): IndexedMemory => (vectors[n] == null ? memory : { ...memory, vector: vectors[n] })),
  )
const requestsToMake = fc
  .array(fc.tuple(someRequest, fc.option(asked)), { maxLength: 3 })
  .map((all) => all.map(([request, queried]) => (queried === null ? request : { ...request, vector: queried })))

const changes = fc.array(fc.record({ nth: fc.nat(30), amendment }), { maxLength: 8 })

function restored(index: RecallIndex): RecallIndex {
  const copy = new RecallIndex()
  copy.archive(new RestoringArchive(writtenColumns(index)))
  return copy
}

function apply(
  index: RecallIndex,
  memories: readonly IndexedMemory[],
  list: ReadonlyArray<{ nth: number; amendment: Amendment }>,
) {
  for (const { nth, amendment: one } of list) {
    const memory = memories[nth % Math.max(1, memories.length)]
    if (memory !== undefined) index.amend(memory.memoryId, one)
  }
}

test('an index that was saved and restored answers as the one that was saved, and goes on as it does', (t) => {
  fc.assert(
    fc.property(
      memoriesToSave,
      fc.nat(25),
      changes,
      changes,
      requestsToMake,
      someFilter,
      someAsOf,
      (memories, saved, before, after, requests, filter, asOf) => {
        const index = new RecallIndex()
        const first = memories.slice(0, saved)
        for (const memory of first) index.add(memory)
        apply(index, first, before)
        const copy = restored(index)
        const same = () => {
          for (const request of requests) t.deepEqual(copy.recall(request), index.recall(request))
          const everything = { filter, asOf, beforeOffset: null, limit: 100 }
          t.deepEqual(copy.list(everything), index.list(everything))
          t.is(copy.size, index.size)
        }
        same()
        for (const one of [index, copy]) {
          for (const memory of memories.slice(saved)) one.add(memory)
          apply(one, memories, after)
        }
        same()
      },
    ),
    { numRuns: propertyRuns(100) },
  )
})

test('what an erased memory alone said is in no column of the archive', (t) => {
  const index = new RecallIndex()
  const [plain] = fc.sample(
    someMemories(1).filter((list) => list.length === 1),
    { numRuns: 1, seed: 3 },
  )[0]!
  index.add({ ...plain!, memoryId: '00000000-0000-8000-8000-000000000001', content: 'A cat.', metadata: {}, offset: 1 })
  const secret = {
    content: 'The zyzzyva sleeps.',
    author: 'Quetzal',
    runId: 'run-secret',
    metadata: { hidden: 'opal' },
  }
  index.add({ ...plain!, ...secret, memoryId: '00000000-0000-8000-8000-000000000002', offset: 2 })
  const texts = () =>
    [...writtenColumns(index)]
      .map(([name, [all]]) => name + Buffer.from(all!.buffer as ArrayBuffer).toString('latin1'))
      .join()
  for (const word of ['zyzzyva', 'Quetzal', 'run-secret', 'opal', 'hidden']) t.true(texts().includes(word), word)
  index.amend('00000000-0000-8000-8000-000000000002', { erased: true })
  for (const word of ['zyzzyva', 'Quetzal', 'run-secret', 'opal', 'hidden']) t.false(texts().includes(word), word)
})

test('columns of another index are refused by name', (t) => {
  const index = new RecallIndex()
  const columns = writtenColumns(index)
  columns.delete('documents/length')
  t.throws(() => new RecallIndex().archive(new RestoringArchive(columns)), {
    message: /no column documents\/length of Uint16Array/,
  })
})
