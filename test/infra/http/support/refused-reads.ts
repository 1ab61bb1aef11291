import type { Refusal } from './refusal.ts'

const nested = (depth: number, name: string): unknown => {
  let value: unknown = { tags: 'x' }
  for (let i = 0; i < depth; i++) value = { [name]: name === '$not' ? value : [value] }
  return value
}

export const refusedReads: readonly Refusal[] = [
  { what: 'a recall without a query', path: '/recall', body: {}, field: 'query' },
  { what: 'an empty query', path: '/recall', body: { query: '' }, field: 'query' },
  { what: 'k of 0', path: '/recall', body: { query: 'x', k: 0 }, field: 'k', says: 'from 1 to 100' },
  { what: 'k of 101', path: '/recall', body: { query: 'x', k: 101 }, field: 'k', says: 'from 1 to 100' },
  { what: 'k of 101 by its alias', path: '/recall', body: { query: 'x', top_k: 101 }, field: 'top_k' },
  { what: 'k and an alias that differ', path: '/recall', body: { query: 'x', k: 5, limit: 6 }, field: 'limit' },
  { what: 'k of one and a half', path: '/recall', body: { query: 'x', k: 1.5 }, field: 'k' },
  {
    what: 'a bad as_of',
    path: '/recall',
    body: { query: 'x', as_of: { valid: '2025-02-29T00:00:00Z' } },
    field: 'as_of.valid',
  },
  {
    what: 'an unknown clock',
    path: '/recall',
    body: { query: 'x', as_of: { vaild: '2025-02-28T00:00:00Z' } },
    code: 'unknown_field',
    field: 'as_of.vaild',
    says: 'did you mean `valid`',
  },
  {
    what: 'a position that is none',
    path: '/recall',
    body: { query: 'x', after: 'yesterday' },
    code: 'invalid_position',
    field: 'after',
  },
  { what: 'a min_score of 2', path: '/recall', body: { query: 'x', min_score: 2 }, field: 'min_score' },
  {
    what: 'an unknown field to include',
    path: '/recall',
    body: { query: 'x', include: ['contents'] },
    field: 'include[0]',
    says: '"content"',
  },
  {
    what: 'a filter on an unknown field',
    path: '/recall',
    body: { query: 'x', filters: { colour: 'red' } },
    field: 'filters.colour',
  },
  {
    what: 'a filter nested too deep',
    path: '/recall',
    body: { query: 'x', filters: nested(20, '$and') },
    field: `filters${'.$and[0]'.repeat(8)}`,
    says: 'at most',
  },
  {
    what: 'a filter of nots nested too deep',
    path: '/memories/search',
    body: { filters: nested(20, '$not') },
    field: `filters${'.$not'.repeat(8)}`,
    says: 'at most',
  },
  {
    what: 'a filter by a day that is not in the calendar',
    path: '/recall',
    body: { query: 'x', filters: { occurred_at: { $gte: '2025-02-30T00:00:00Z' } } },
    field: 'filters.occurred_at.$gte',
    says: 'RFC 3339',
  },
  {
    what: 'a lone surrogate in a filter',
    path: '/memories/search',
    raw: '{"filters":{"tags":{"$in":["a","\\ud800"]}}}',
    field: 'filters.tags.$in[1]',
  },
  {
    what: 'NUL in a filter',
    path: '/recall',
    raw: '{"query":"x","filters":{"author":"\\u0000"}}',
    field: 'filters.author',
  },
  { what: 'a filter that is text', path: '/recall', body: { query: 'x', filters: 'tags' }, field: 'filters' },
  { what: 'a lone surrogate in the query', path: '/recall', raw: '{"query":"\\ud800"}', field: 'query' },
  {
    what: 'a plan of 51 steps',
    path: '/plan',
    body: { goal: 'x', max_steps: 51 },
    field: 'max_steps',
    says: 'from 1 to 50',
  },
  { what: 'a plan without a goal', path: '/plan', body: {}, field: 'goal' },
  { what: 'a page of 0', path: '/memories?limit=0', field: 'limit', says: 'from 1 to 500' },
  { what: 'a page of 501', path: '/memories?limit=501', field: 'limit' },
  { what: 'a limit in words', path: '/memories?limit=many', field: 'limit', says: 'a whole number' },
  { what: 'a parameter given twice', path: '/memories?user_id=a&user_id=b', field: 'user_id', says: 'a list' },
  { what: 'a page of 0 episodes', path: '/episodes?limit=0', field: 'limit', says: 'from 1 to 500' },
  { what: 'a page of 501 episodes', path: '/episodes?limit=501', field: 'limit' },
  { what: 'episodes of one run', path: '/episodes?run_id=a', code: 'unknown_field', field: 'run_id' },
  { what: 'an unknown parameter', path: '/memories?user=a', code: 'unknown_field', field: 'user' },
  { what: 'an id that is none', path: '/memories/first', field: 'id', says: 'UUID' },
  { what: 'a command id that is none', path: '/commands/1', field: 'id', says: 'UUID' },
  { what: 'a path that is not percent-encoded', path: '/memories/%zz', code: 'malformed_request', field: 'path' },
  {
    what: 'a part of a path that is longer than any name',
    path: `/memories/${'a'.repeat(257)}`,
    code: 'malformed_request',
    field: 'path',
  },
]
