import test from 'ava'
import fc from 'fast-check'
import { distinctLinks, type GraphLink } from '../../../domain/graph/link.ts'
import { dependenciesOf, ORDERING_RELS } from '../../../domain/plan/dependency.ts'
import { frontier } from '../../../domain/plan/frontier.ts'
import { plan } from '../../../domain/plan/plan.ts'
import type { Dependency, PlanMemory } from '../../../domain/plan/plan-graph.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const SIZE = 12
const id = fc.nat({ max: SIZE + 1 }).map((n) => `m${n}`)
const link = fc.record({ from: id, rel: fc.constantFrom(...Object.keys(ORDERING_RELS), 'relates_to'), to: id })
const memories = fc
  .array(fc.option(fc.constantFrom(0.2, 0.5, 0.5, 0.9), { freq: 2 }), { minLength: 1, maxLength: SIZE })
  .map((scores): PlanMemory[] => scores.map((score, n) => ({ memoryId: `m${n}`, offset: n % 7, score, cost: 1 })))
const input = fc.record({
  memories,
  links: fc.array(link, { maxLength: 30 }),
  maxSteps: fc.integer({ min: 1, max: SIZE }),
})

/** What `from` leads to, by plain search. */
function reachable(from: string, dependencies: readonly Dependency[]): ReadonlySet<string> {
  const found = new Set<string>()
  const stack = [from]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    for (const { before, after } of dependencies) {
      if (before === node && !found.has(after)) {
        found.add(after)
        stack.push(after)
      }
    }
  }
  return found
}

const stored = (links: readonly GraphLink[], of: readonly PlanMemory[]): Dependency[] => {
  const ids = new Set(of.map(({ memoryId }) => memoryId))
  return dependenciesOf(distinctLinks(links)).filter(({ before, after }) => ids.has(before) && ids.has(after))
}

test('the order respects every dependency outside cycles, also over several steps, and every link but those it names as broken', (t) => {
  fc.assert(
    fc.property(input, (given) => {
      const { steps, brokenLinks } = plan({ ...given, absent: new Set() })
      const at = new Map(steps.map(({ memoryId }, i) => [memoryId, i]))
      const dependencies = stored(given.links, given.memories)
      const leadsTo = new Map(given.memories.map(({ memoryId }) => [memoryId, reachable(memoryId, dependencies)]))
      for (const [before, later] of leadsTo) {
        for (const after of later) {
          const cyclic = before === after || leadsTo.get(after)!.has(before)
          if (!cyclic && at.has(after)) t.true(at.has(before) && at.get(before)! < at.get(after)!)
        }
      }
      for (const { before, after, link } of dependencies) {
        const cyclic = leadsTo.get(after)!.has(before) || before === after
        const broken = brokenLinks.includes(link)
        if (!cyclic) t.false(broken)
        if (!broken && at.has(after)) t.true(at.has(before) && at.get(before)! < at.get(after)!)
      }
    }),
    { numRuns: propertyRuns(500), verbose: 1 },
  )
})

test('exactly the memories that depend on themselves are named in cycles, together with those they share one with', (t) => {
  fc.assert(
    fc.property(input, (given) => {
      // Everything recalled, so that everything is looked at.
      const all = given.memories.map((memory) => ({ ...memory, score: memory.score ?? 0.1 }))
      const { cycles } = plan({ ...given, memories: all, absent: new Set() })
      const dependencies = stored(given.links, all)
      const after = new Map(all.map(({ memoryId }) => [memoryId, reachable(memoryId, dependencies)]))
      const cyclic = all.filter(({ memoryId }) => after.get(memoryId)!.has(memoryId)).map(({ memoryId }) => memoryId)
      t.deepEqual(cycles.flat().toSorted(), cyclic.toSorted())
      for (const cycle of cycles) {
        for (const a of cycle)
          for (const b of cyclic) t.is(cycle.includes(b), after.get(a)!.has(b) && after.get(b)!.has(a))
      }
    }),
    { numRuns: propertyRuns(300), verbose: 1 },
  )
})

test('a plan does not depend on the order of its input, nor on repeated links', (t) => {
  const shuffled = input.chain((given) =>
    fc.tuple(
      fc.constant(given),
      fc.shuffledSubarray([...given.memories], { minLength: given.memories.length }),
      fc.shuffledSubarray([...given.links, ...given.links], { minLength: given.links.length * 2 }),
    ),
  )
  fc.assert(
    fc.property(shuffled, ([given, otherMemories, otherLinks]) => {
      const absent = new Set(['m12'])
      t.deepEqual(plan({ ...given, memories: otherMemories, links: otherLinks, absent }), plan({ ...given, absent }))
    }),
    { numRuns: propertyRuns(300), verbose: 1 },
  )
})

test('a plan has at most maxSteps steps, each with its prerequisites that are stored, and is empty only without recall', (t) => {
  fc.assert(
    fc.property(input, (given) => {
      const { steps } = plan({ ...given, absent: new Set() })
      t.true(steps.length <= given.maxSteps)
      t.is(
        steps.length === 0,
        given.memories.every(({ score }) => score === null),
      )
      const ids = steps.map(({ memoryId }) => memoryId)
      t.is(new Set(ids).size, ids.length)
      for (const { dependsOn } of steps) for (const { memoryId } of dependsOn) t.true(ids.includes(memoryId))
    }),
    { numRuns: propertyRuns(300), verbose: 1 },
  )
})

test('following the frontier until it is empty finds every prerequisite, and asks for nothing twice', (t) => {
  fc.assert(
    fc.property(input, ({ memories: all, links }) => {
      const seeds = all.filter(({ score }) => score !== null)
      const loaded = [...seeds]
      const asked = new Set<string>()
      for (let ids = frontier(loaded, links, asked); ids.length > 0; ids = frontier(loaded, links, asked)) {
        for (const one of ids) {
          t.false(asked.has(one))
          asked.add(one)
        }
        loaded.push(...all.filter(({ memoryId }) => ids.includes(memoryId)))
      }
      const stillThere = new Set(all.map(({ memoryId }) => memoryId))
      const absent = new Set([...asked].filter((one) => !stillThere.has(one)))
      const { unexplored } = plan({ memories: loaded, links, absent, maxSteps: 100 })
      t.deepEqual(unexplored, [])
      t.deepEqual(
        plan({ memories: loaded, links, absent, maxSteps: 100 }),
        plan({ memories: all, links, absent, maxSteps: 100 }),
      )
    }),
    { numRuns: propertyRuns(300), verbose: 1 },
  )
})
