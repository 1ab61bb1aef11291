import test from 'ava'
import type { GraphLink } from '../../../domain/graph/link.ts'
import { plan } from '../../../domain/plan/plan.ts'
import type { PlanMemory } from '../../../domain/plan/plan-graph.ts'

/** `a 0.9` is recalled, `b` is not; offsets count up. */
const memories = (...texts: readonly string[]): PlanMemory[] =>
  texts.map((text, offset) => {
    const [memoryId, score] = text.split(' ')
    return { memoryId: memoryId!, offset, score: score === undefined ? null : Number(score), cost: 1 }
  })

const links = (...texts: readonly string[]): GraphLink[] =>
  texts.map((text) => {
    const [from, rel, to] = text.split(' ')
    return { from: from!, rel: rel!, to: to! }
  })

const planOf = (
  of: readonly PlanMemory[],
  by: readonly GraphLink[],
  { maxSteps = 10, absent = [] }: { readonly maxSteps?: number; readonly absent?: readonly string[] } = {},
) => plan({ memories: of, links: by, absent: new Set(absent), maxSteps })

const order = (...of: Parameters<typeof planOf>): string =>
  planOf(...of)
    .steps.map(({ memoryId }) => memoryId)
    .join(' ')

test('without links the steps are what was recalled, best first, then oldest first', (t) => {
  t.is(order(memories('a 0.2', 'b 0.9', 'c 0.2'), []), 'b a c')
})

test('nothing recalled is an empty plan', (t) => {
  t.deepEqual(planOf([], []), { steps: [], missing: [], unexplored: [], cycles: [], brokenLinks: [], omitted: 0 })
})

test('what a step depends on comes before it, through any number of steps', (t) => {
  const chain = links('ship depends_on test', 'test requires build', 'fetch precedes build')
  t.is(order(memories('ship 0.9', 'test', 'build', 'fetch'), chain), 'fetch build test ship')
})

test('parts come before their whole, causes before effects', (t) => {
  t.is(order(memories('whole 0.9', 'part 0.1'), links('part part_of whole')), 'part whole')
  t.is(order(memories('whole 0.9', 'part 0.1'), links('whole has_part part')), 'part whole')
  t.is(order(memories('effect 0.9', 'cause 0.1'), links('cause causes effect')), 'cause effect')
})

test('link types are read whatever their case and separators', (t) => {
  t.is(order(memories('a 0.9', 'b'), links('a Depends-On b')), 'b a')
})

test('links that state no order leave the order alone, and are evidence', (t) => {
  const { steps } = planOf(memories('a 0.9', 'b 0.8'), links('a relates_to b', 'a constructor b'))
  t.deepEqual(
    steps.map(({ memoryId }) => memoryId),
    ['a', 'b'],
  )
  t.deepEqual(
    steps[0]!.links.map(({ rel }) => rel),
    ['constructor', 'relates_to'],
  )
  t.deepEqual(steps[1]!.dependsOn, [])
})

test('what depends on a recalled memory is no step unless it was recalled itself', (t) => {
  t.is(order(memories('a 0.9', 'b'), links('b depends_on a')), 'a')
})

test('a step names the links that put others before it', (t) => {
  const { steps } = planOf(memories('a 0.9', 'b'), links('a requires b', 'b precedes a'))
  t.deepEqual(steps[1]!.dependsOn, [
    { memoryId: 'b', link: { from: 'a', rel: 'requires', to: 'b' } },
    { memoryId: 'b', link: { from: 'b', rel: 'precedes', to: 'a' } },
  ])
})

test('a prerequisite is as sure as the best of what needs it', (t) => {
  const { steps } = planOf(memories('a 0.9', 'b 0.4', 'c', 'd 0.6'), links('a needs b', 'b needs c', 'd needs c'))
  t.deepEqual(
    steps.map(({ memoryId, confidence }) => [memoryId, confidence]),
    [
      ['c', 0.9],
      ['b', 0.9],
      ['a', 0.9],
      ['d', 0.6],
    ],
  )
})

test('prerequisites that are not stored are missing; those never asked for are unexplored', (t) => {
  const { missing, unexplored } = planOf(memories('a 0.9'), links('a needs gone', 'far before a'), { absent: ['gone'] })
  t.deepEqual(missing, [{ memoryId: 'gone', neededBy: 'a', rel: 'needs' }])
  t.deepEqual(unexplored, [{ memoryId: 'far', neededBy: 'a', rel: 'before' }])
})

test('a cycle is named and begun with its oldest memory', (t) => {
  const circle = links('a needs b', 'b needs c', 'c needs a', 'd needs a')
  const { steps, cycles, brokenLinks } = planOf(memories('a', 'b', 'c', 'd 0.9'), circle)
  t.deepEqual(cycles, [['a', 'b', 'c']])
  t.deepEqual(brokenLinks, links('a needs b'))
  t.deepEqual(
    steps.map(({ memoryId }) => memoryId),
    ['a', 'c', 'b', 'd'],
  )
  t.deepEqual(steps[0]!.dependsOn, [])
})

test('a memory that depends on itself is a cycle of one', (t) => {
  const { steps, cycles } = planOf(memories('a 0.9'), links('a after a'))
  t.deepEqual(cycles, [['a']])
  t.is(steps.length, 1)
})

test('a recalled memory that does not fit with all that comes before it gives way to one that does', (t) => {
  const of = memories('a 0.9', 'b 0.8', 'b1', 'b2', 'c 0.7')
  const by = links('b needs b1', 'b1 needs b2')
  const { steps, omitted } = planOf(of, by, { maxSteps: 3 })
  t.deepEqual(
    steps.map(({ memoryId }) => memoryId),
    ['a', 'c'],
  )
  t.is(omitted, 1)
})

test('when not even the best fits, the plan is the first steps towards it', (t) => {
  const { steps, omitted } = planOf(memories('a 0.9', 'b', 'c'), links('a needs b', 'b needs c'), { maxSteps: 2 })
  t.deepEqual(
    steps.map(({ memoryId }) => memoryId),
    ['c', 'b'],
  )
  t.is(omitted, 1)
})
