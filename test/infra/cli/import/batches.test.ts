import test from 'ava'
import fc from 'fast-check'
import { batches } from '../../../../infra/cli/import/batches.ts'

async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

async function cut(sizes: readonly number[], limits: { readonly items: number; readonly bytes: number }) {
  const all: (readonly number[])[] = []
  for await (const batch of batches(stream(sizes), (size) => size, limits)) all.push(batch)
  return all
}

test('batches hold everything in order, within the limits, and are as few as a single pass allows', async (t) => {
  const limits = fc.record({ items: fc.integer({ min: 1, max: 5 }), bytes: fc.integer({ min: 1, max: 50 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 60 })), limits, async (sizes, limit) => {
      const cuts = await cut(sizes, limit)
      t.deepEqual(cuts.flat(), [...sizes])
      for (const [at, batch] of cuts.entries()) {
        const bytes = batch.reduce((sum, size) => sum + size, 0)
        t.true(batch.length >= 1 && batch.length <= limit.items)
        t.true(bytes <= limit.bytes || batch.length === 1)
        const next = cuts[at + 1]?.[0]
        if (next !== undefined) t.true(batch.length === limit.items || bytes + next > limit.bytes)
      }
    }),
  )
})
