import test from 'ava'
import fc from 'fast-check'
import { matchesFilter } from '../../../domain/filter/matches-filter.ts'
import { parseFilter } from '../../../domain/filter/parse-filter.ts'

const limits = { depth: 3, clauses: 4, values: 3 }
const parse = (json: unknown) => {
  const parsed = parseFilter(json)
  if (!parsed.ok) throw new Error(`${parsed.field}: ${parsed.detail}`)
  return parsed.filter
}
const fault = (json: unknown): string => {
  const parsed = parseFilter(json, limits)
  return parsed.ok ? 'ok' : parsed.field
}

test('a plain value, $eq, $ne, $in and $nin become in and not', (t) => {
  const red = { op: 'in', field: 'tags', values: ['red'] } as const
  t.deepEqual(parse({ tags: 'red' }), red)
  t.deepEqual(parse({ tags: { $eq: 'red' } }), red)
  t.deepEqual(parse({ tags: { $in: ['red'] } }), red)
  t.deepEqual(parse({ tags: { $ne: 'red' } }), { op: 'not', of: red })
  t.deepEqual(parse({ tags: { $nin: ['red'] } }), { op: 'not', of: red })
  t.deepEqual(parse({ tags: { $not: { $in: ['red'] } } }), { op: 'not', of: red })
})

test('several fields, and several operators of one field, must all hold', (t) => {
  t.deepEqual(parse({ 'metadata.rank': { $gt: 1, $lte: 5 }, author: null }), {
    op: 'and',
    of: [
      {
        op: 'and',
        of: [
          { op: 'compare', field: 'metadata.rank', than: '$gt', value: 1 },
          { op: 'compare', field: 'metadata.rank', than: '$lte', value: 5 },
        ],
      },
      { op: 'in', field: 'author', values: [null] },
    ],
  })
})

test('an empty filter matches everything', (t) => {
  t.deepEqual(parse({}), { op: 'and', of: [] })
})

test('instants are read as milliseconds', (t) => {
  t.deepEqual(parse({ occurred_at: { $gte: '2025-10-15T12:00:00+02:00' } }), {
    op: 'compare',
    field: 'occurred_at',
    than: '$gte',
    value: Date.UTC(2025, 9, 15, 10),
  })
})

const faults: ReadonlyArray<readonly [unknown, string]> = [
  ['red', 'filters'],
  [[], 'filters'],
  [{ colour: 'red' }, 'filters.colour'],
  [{ metadata: { place: 'sea' } }, 'filters.metadata'],
  [{ 'metadata.': 1 }, 'filters.metadata.'],
  [{ $and: [{ tags: 1 }] }, 'filters.$and[0].tags'],
  [{ $or: [] }, 'filters.$or'],
  [{ $or: [{}] }, 'filters.$or[0]'],
  [{ $not: 'red' }, 'filters.$not'],
  [{ tags: { $like: 'r' } }, 'filters.tags.$like'],
  [{ tags: {} }, 'filters.tags'],
  [{ tags: { $gt: 'r' } }, 'filters.tags.$gt'],
  [{ tags: { $exists: 1 } }, 'filters.tags.$exists'],
  [{ tags: { $in: 'red' } }, 'filters.tags.$in'],
  [{ tags: { $in: ['a', 'b', 'c', 'd'] } }, 'filters.tags.$in'],
  [{ tags: { $nin: ['a', 2] } }, 'filters.tags.$nin[1]'],
  [{ kind: 'story' }, 'filters.kind'],
  [{ importance: 'high' }, 'filters.importance'],
  [{ occurred_at: 'May' }, 'filters.occurred_at'],
  [{ occurred_at: { $lt: '2025-13-40T00:00:00Z' } }, 'filters.occurred_at.$lt'],
  [{ 'metadata.a': ['x'] }, 'filters.metadata.a'],
  [{ 'metadata.a': { $gt: true } }, 'filters.metadata.a.$gt'],
  [{ $and: [{ $or: [{ $not: { tags: 'a' } }] }] }, 'filters.$and[0].$or[0].$not'],
  [{ $or: [{ tags: 'a' }, { tags: 'b' }, { tags: 'c' }, { tags: 'd' }, { tags: 'e' }] }, 'filters.$or[4].tags'],
]

test('a fault is named by its path', (t) => {
  for (const [json, field] of faults) t.is(fault(json), field, JSON.stringify(json))
})

test('any JSON is either read or refused with a path and what would be valid', (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      const parsed = parseFilter(json)
      if (!parsed.ok) t.true(parsed.field.startsWith('filters') && parsed.expected !== '')
      else t.pass()
    }),
  )
})

const memory = {
  metadata: { place: { name: 'sea' }, list: [{ n: 1 }, { n: 2 }], none: null, empty: [] },
  tags: ['red', 'green'],
  author: null,
  userId: 'u1',
  agentId: null,
  runId: null,
  kind: 'episodic',
  occurredAt: 5,
  importance: 300,
} as const

test('an array matches when any of its elements does', (t) => {
  t.true(matchesFilter(memory, parse({ tags: 'green' })))
  t.false(matchesFilter(memory, parse({ tags: { $ne: 'green' } })))
  t.true(matchesFilter(memory, parse({ 'metadata.list.n': { $gt: 1 } })))
  t.false(matchesFilter(memory, parse({ 'metadata.list.n': { $gt: 2 } })))
})

test('paths reach into objects, and null stands for absent, too', (t) => {
  t.true(matchesFilter(memory, parse({ 'metadata.place.name': 'sea' })))
  t.true(matchesFilter(memory, parse({ author: null, 'metadata.none': null, 'metadata.absent': null })))
  t.false(matchesFilter(memory, parse({ user_id: null })))
  t.true(matchesFilter(memory, parse({ 'metadata.place': { $exists: true }, 'metadata.empty': { $exists: true } })))
  t.false(matchesFilter(memory, parse({ 'metadata.place.depth': { $exists: true } })))
})

test('importance is compared on the scale of requests', (t) => {
  t.true(matchesFilter(memory, parse({ importance: 0.3 })))
  t.true(matchesFilter(memory, parse({ importance: { $gt: 0.2, $lt: 0.4 } })))
})

test('values of different types do not compare', (t) => {
  t.false(matchesFilter(memory, parse({ 'metadata.place.name': { $gt: 0 } })))
  t.false(matchesFilter(memory, parse({ 'metadata.list.n': { $lt: '9' } })))
})
