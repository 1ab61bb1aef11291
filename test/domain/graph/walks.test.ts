import test from 'ava'
import fc from 'fast-check'
import { type Direction, hopsOf, type Steps } from '../../../domain/graph/hop.ts'
import type { GraphLink } from '../../../domain/graph/link.ts'
import { PathSearch } from '../../../domain/graph/path-search.ts'
import { Spread } from '../../../domain/graph/spread.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const NODES = 12
const node = fc.nat(NODES - 1).map((n) => `n${n.toString().padStart(2, '0')}`)
const links: fc.Arbitrary<readonly GraphLink[]> = fc.array(
  fc.record({ from: node, rel: fc.constantFrom('about', 'causes'), to: node }).filter(({ from, to }) => from !== to),
  { maxLength: 25 },
)
const steps: fc.Arbitrary<Steps> = fc.record({
  direction: fc.constantFrom<Direction>('out', 'in', 'both'),
  rels: fc.constantFrom<ReadonlySet<string> | null>(null, new Set(['about']), new Set(['about', 'causes'])),
})
const gone = fc.uniqueArray(node, { maxLength: 3 }).map((ids) => new Set(ids))

/** Distances from `start` by a plain relaxation over every link. */
function distances(
  start: string,
  all: readonly GraphLink[],
  { direction, rels }: Steps,
  stands: (id: string) => boolean,
): ReadonlyMap<string, number> {
  const found = new Map([[start, 0]])
  for (let round = 0; round < NODES; round++) {
    for (const { from, rel, to } of all) {
      if (rels !== null && !rels.has(rel)) continue
      const there = { at: from, end: to }
      const back = { at: to, end: from }
      for (const { at, end } of direction === 'both' ? [there, back] : [direction === 'out' ? there : back]) {
        const way = found.get(at)
        if (way !== undefined && stands(end) && way + 1 < (found.get(end) ?? Number.POSITIVE_INFINITY))
          found.set(end, way + 1)
      }
    }
  }
  return found
}

/** What a loader that is asked for `ids` knows by then: links that touch one of them. */
class Loaded {
  readonly #all: readonly GraphLink[]
  readonly #ids = new Set<string>()

  constructor(all: readonly GraphLink[], ids: readonly string[]) {
    this.#all = all
    this.load(ids)
  }

  load(ids: readonly string[]): void {
    for (const id of ids) this.#ids.add(id)
  }

  get links(): readonly GraphLink[] {
    return this.#all.filter(({ from, to }) => this.#ids.has(from) || this.#ids.has(to))
  }
}

test('a walk reaches exactly what a plain relaxation does, at the same distances', (t) => {
  const property = fc.property(links, steps, node, gone, (all, how, start, missing) => {
    const stands = (id: string) => id === start || !missing.has(id)
    const spread = new Spread(start, how)
    const loaded = new Loaded(all, [start])
    while (spread.ring.length > 0) {
      loaded.load(spread.beyond(loaded.links))
      spread.advance(loaded.links, stands)
    }
    const expected = distances(start, all, how, stands)
    t.deepEqual(spread.reached.toSorted(), [...expected.keys()].sort())
    for (const id of spread.reached) {
      t.is(spread.distanceOf(id), expected.get(id)!)
      t.is(spread.wayTo(id).length, expected.get(id)!)
    }
  })
  fc.assert(property, { numRuns: propertyRuns(300) })
})

test('a path is found exactly when there is one that is short enough, and is one of the shortest', (t) => {
  const cases = fc.tuple(links, steps, node, node, gone, fc.integer({ min: 1, max: 8 }))
  const property = fc.property(cases, ([all, how, from, to, missing, most]) => {
    const stands = (id: string) => id === from || id === to || !missing.has(id)
    const search = new PathSearch(from, to, { steps: how, most })
    const loaded = new Loaded(all, [from, to])
    while (!search.isOver) {
      loaded.load(search.beyond(loaded.links))
      search.advance(loaded.links, stands)
    }
    const length = distances(from, all, how, stands).get(to)
    const path = search.path()
    if (length === undefined || length > most) return path === null
    t.is(path?.links.length, length)
    t.is(path?.ids[0], from)
    t.is(path?.ids.at(-1), to)
    const hops = hopsOf(path!.ids, all, how)
    for (const [i, link] of path!.links.entries()) {
      const [at, next] = [path!.ids[i]!, path!.ids[i + 1]!]
      t.true(hops.get(at)!.some((hop) => hop.to === next && hop.link.from === link.from && hop.link.rel === link.rel))
      t.true(stands(next))
    }
    return true
  })
  fc.assert(property, { numRuns: propertyRuns(500) })
})

test('the same path is found however the links came', (t) => {
  const cases = fc
    .tuple(links, steps, node, node)
    .chain(([all, ...rest]) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length }), fc.constant(rest)),
    )
  const found = (all: readonly GraphLink[], how: Steps, from: string, to: string) => {
    const search = new PathSearch(from, to, { steps: how, most: 8 })
    while (!search.isOver) {
      search.beyond(all)
      search.advance(all, () => true)
    }
    return search.path()
  }
  const property = fc.property(cases, ([all, shuffled, [how, from, to]]) => {
    t.deepEqual(found(shuffled, how, from, to), found(all, how, from, to))
  })
  fc.assert(property, { numRuns: propertyRuns(200) })
})

test('both ends of a long way are walked from, and the smaller side first', (t) => {
  const star = Array.from({ length: 200 }, (_, n): GraphLink => ({ from: 'hub', rel: 'about', to: `leaf${n}` }))
  const chain: readonly GraphLink[] = [
    { from: 'start', rel: 'about', to: 'a' },
    { from: 'a', rel: 'about', to: 'b' },
    { from: 'b', rel: 'about', to: 'hub' },
    ...star,
  ]
  const search = new PathSearch('start', 'hub', { steps: { direction: 'both', rels: null }, most: 4 })
  while (!search.isOver) {
    search.beyond(chain)
    search.advance(chain, () => true)
  }
  t.deepEqual(search.path()?.ids, ['start', 'a', 'b', 'hub'])
  t.true(search.explored < 10, `${search.explored}`)
})
