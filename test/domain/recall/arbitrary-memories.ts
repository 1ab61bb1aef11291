import fc from 'fast-check'
import type { Filter } from '../../../domain/filter/filter.ts'
import { deriveIds } from '../../../domain/ids.ts'
import type { Interval } from '../../../domain/memory.ts'
import type { AsOf, IndexedMemory } from '../../../domain/recall/indexed-memory.ts'
import type { RecallQuery } from '../../../domain/recall/recall-request.ts'

/** Few enough that words, authors, days and episodes meet again. */
const WORDS = `kite kites harbour harbours baking bread lost lose May 2024 June 8 Friday yesterday last week ago two
  three I my the and Alpha Bravo where when who river painting painted museum yes 2024-05-08 naïve 東京 don't`.split(
  /\s+/,
)
const AUTHORS = ['Alpha', 'Bravo', 'Alpha Echo', null]
const RUNS = ['run-a', 'run-b', 'run-c', null]
export const DAY = 86_400_000
export const START = Date.UTC(2024, 4, 1)

const sentence = fc
  .tuple(
    fc.array(fc.constantFrom(...WORDS), { minLength: 0, maxLength: 14 }),
    fc.constantFrom('', '.', '?', '? Yes. No.'),
  )
  .map(([words, end]) => words.join(' ') + end)

const instant = fc.integer({ min: 0, max: 40 }).map((half) => START + (half * DAY) / 2)

/** Intervals as commands can make them: retired, restored and shortened any number of times. */
const intervals = fc
  .array(fc.record({ gap: fc.boolean(), length: fc.integer({ min: 1, max: 9 }), validTo: fc.option(instant) }), {
    minLength: 1,
    maxLength: 4,
  })
  .chain((steps) => fc.boolean().map((open) => intervalsOf(steps, open)))

interface Step {
  readonly gap: boolean
  readonly length: number
  readonly validTo: number | null
}

function intervalsOf(steps: readonly Step[], open: boolean): Interval[] {
  let at = START
  return steps.map(({ gap, length, validTo }, i) => {
    const knownFrom = at + (gap ? DAY : 0)
    at = knownFrom + length * DAY
    return { knownFrom, knownTo: open && i === steps.length - 1 ? null : at, validTo }
  })
}

const plainIntervals = fc.constant<Interval[]>([{ knownFrom: START, knownTo: null, validTo: null }])
export const someIntervals = fc.oneof({ weight: 3, arbitrary: plainIntervals }, { weight: 1, arbitrary: intervals })

const metadata = fc.dictionary(
  fc.constantFrom('place', 'rank', 'more'),
  fc.oneof(
    fc.constantFrom('sea', 'hill', 3, 7.5, true, null),
    fc.array(fc.constantFrom('sea', 'hill', 3), { maxLength: 3 }),
    fc.record({ inner: fc.constantFrom('x', 'y', 1) }),
  ),
  { maxKeys: 2 },
)

const body = fc.record({
  content: sentence,
  metadata,
  tags: fc.uniqueArray(fc.constantFrom('red', 'green', 'blue'), { maxLength: 2 }),
  author: fc.constantFrom(...AUTHORS),
  runId: fc.constantFrom(...RUNS),
  userId: fc.constantFrom('u1', 'u2', null),
  agentId: fc.constantFrom('bot', null),
  kind: fc.constantFrom('episodic', 'semantic', 'procedural') as fc.Arbitrary<IndexedMemory['kind']>,
  occurredAt: instant,
  importance: fc.constantFrom(0, 300, 500, 1000),
  intervals: someIntervals,
})

/** Distinct ids and offsets; offsets leave gaps, as other commands stand between. */
export const someMemories = (maxLength: number): fc.Arbitrary<IndexedMemory[]> =>
  fc
    .array(body, { maxLength })
    .map((bodies) => bodies.map((one, n) => ({ ...one, offset: 3 * n + 1, memoryId: memoryIdOf(n) })))

export const memoryIdOf = (n: number): string =>
  deriveIds({ tenant: 't', principal: 'p', namespace: 'n', route: 'r', idempotencyKey: `${n}` }).memoryId

const field = fc.constantFrom(
  'tags',
  'author',
  'run_id',
  'user_id',
  'agent_id',
  'kind',
  'metadata.place',
  'metadata.more',
  'metadata.more.inner',
  'metadata.rank',
  'importance',
  'occurred_at',
  'metadata.absent',
)
const value = fc.oneof(
  fc.constantFrom(
    'red',
    'green',
    'Alpha',
    'Bravo',
    'run-a',
    'u1',
    'bot',
    'semantic',
    'sea',
    'hill',
    'x',
    3,
    1,
    0.3,
    0.5,
    7.5,
    true,
    null,
  ),
  instant,
)
const bound = fc.oneof(fc.constantFrom('hill', 'sea', 3, 0.4), instant)

export const someFilter: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ op: fc.constant('in' as const), field, values: fc.array(value, { maxLength: 3 }) }),
    fc.record({ op: fc.constant('exists' as const), field, wanted: fc.boolean() }),
    fc.record({
      op: fc.constant('compare' as const),
      field,
      than: fc.constantFrom('$gt' as const, '$gte' as const, '$lt' as const, '$lte' as const),
      value: bound,
    }),
    fc.record({ op: fc.constant('not' as const), of: tie('filter') }),
    fc.record({ op: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('filter'), { maxLength: 3 }) }),
  ),
})).filter

export const someAsOf: fc.Arbitrary<AsOf> = fc.record({
  valid: instant,
  validAsked: fc.boolean(),
  known: fc.option(instant),
})

export const someRequest: fc.Arbitrary<RecallQuery> = fc.record({
  query: sentence,
  k: fc.integer({ min: 1, max: 20 }),
  filter: fc.option(someFilter),
  asOf: someAsOf,
  minScore: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  explain: fc.boolean(),
})
