import test from 'ava'
import fc from 'fast-check'
import { assembleContext, type Candidate, LEAST_TOKEN_BUDGET } from '../../../domain/context/assemble-context.ts'
import { estimateTokens } from '../../../domain/context/estimate-tokens.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const DAY = 86_400_000
const candidate = (n: number, content: string, more: Partial<Candidate> = {}): Candidate => ({
  memoryId: `m${n}`,
  author: null,
  content,
  occurredAt: n * DAY,
  offset: n,
  supersedes: null,
  supersededBy: null,
  ...more,
})
const cited = (context: { cited: readonly { memory: Candidate }[] }) =>
  context.cited.map(({ memory }) => memory.memoryId)

test('the best are taken, and stand in the order of time', (t) => {
  const context = assembleContext([candidate(3, 'c'), candidate(1, 'a'), candidate(2, 'b')], 1000)
  t.deepEqual(cited(context), ['m1', 'm2', 'm3'])
  t.deepEqual(context.text.split('\n').slice(1, -1), [
    '[1] 1970-01-02: "a"',
    '[2] 1970-01-03: "b"',
    '[3] 1970-01-04: "c"',
  ])
  t.deepEqual(context.leftOut, [])
})

test('what happened at one instant stands in the order of the log', (t) => {
  const at = { occurredAt: 0 }
  t.deepEqual(cited(assembleContext([candidate(2, 'b', at), candidate(1, 'a', at)], 1000)), ['m1', 'm2'])
})

test('what does not fit is left out and named, and a shorter one behind it still goes in', (t) => {
  const long = 'word '.repeat(400)
  const context = assembleContext([candidate(1, 'first'), candidate(2, long), candidate(3, 'third')], 200)
  t.deepEqual(cited(context), ['m1', 'm3'])
  t.deepEqual(context.leftOut, [{ memoryId: 'm2', reason: 'budget', of: null }])
})

test('the best one is cut rather than left out', (t) => {
  const context = assembleContext([candidate(1, 'word '.repeat(400))], 200)
  t.true(context.cited[0]?.cut)
  t.regex(context.text, /word word …"$/m)
  t.true(context.estimatedTokens > 150 && context.estimatedTokens <= 200)
})

test('the same words of the same author are said once, at their best rank', (t) => {
  const context = assembleContext(
    [
      candidate(5, 'Ana lives in Lisbon.'),
      candidate(2, 'ANA lives in  Lisbon!'),
      candidate(3, 'Ana lives in Lisbon.', { author: 'Bob' }),
      candidate(4, '👍'),
      candidate(6, '🎉'),
    ],
    1000,
  )
  t.deepEqual(cited(context), ['m3', 'm4', 'm5', 'm6'])
  t.deepEqual(context.leftOut, [{ memoryId: 'm2', reason: 'repeats', of: 'm5' }])
})

test('what another recalled memory corrects is left out, whichever of the two says so', (t) => {
  const context = assembleContext(
    [
      candidate(1, 'Ana lives in Rome.', { supersededBy: 'm2' }),
      candidate(2, 'Ana lives in Oslo.'),
      candidate(3, 'Ana has a cat.'),
      candidate(4, 'Ana has a dog.', { supersedes: 'm3' }),
      candidate(5, 'Ana sings.', { supersededBy: 'm9' }),
    ],
    1000,
  )
  t.deepEqual(cited(context), ['m2', 'm4', 'm5'])
  t.deepEqual(context.leftOut, [
    { memoryId: 'm1', reason: 'superseded', of: 'm2' },
    { memoryId: 'm3', reason: 'superseded', of: 'm4' },
  ])
})

test('nothing recalled is an empty text', (t) => {
  t.deepEqual(assembleContext([], 1000), { text: '', estimatedTokens: 0, cited: [], leftOut: [] })
})

test('a short memory fits into the least budget', (t) => {
  t.is(assembleContext([candidate(1, 'Ana moved to Lisbon in March.')], LEAST_TOKEN_BUDGET).cited[0]?.cut, false)
})

test('no context is larger than its budget, and every memory is cited or left out', (t) => {
  const content = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.lorem({ maxCount: 60 }))
  const ranked = fc
    .array(fc.record({ content, author: fc.option(fc.constantFrom('Ana', '名前')), at: fc.nat(9) }), { maxLength: 20 })
    .map((all) => all.map(({ content, author, at }, i) => candidate(i, content, { author, occurredAt: at * DAY })))
  fc.assert(
    fc.property(ranked, fc.integer({ min: LEAST_TOKEN_BUDGET, max: 1500 }), (memories, budget) => {
      const context = assembleContext(memories, budget)
      t.true(context.estimatedTokens <= budget)
      t.is(context.estimatedTokens, estimateTokens(context.text))
      t.is(context.cited.length + context.leftOut.length, memories.length)
    }),
    { numRuns: propertyRuns(200) },
  )
})
