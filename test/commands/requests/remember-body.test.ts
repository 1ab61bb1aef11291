import test from 'ava'
import fc from 'fast-check'
import { type RememberBody, toRememberRequest } from '../../../commands/requests/remember-body.ts'
import { contractBounds } from '../../../domain/limits/request-bounds.ts'
import { ProblemError } from '../../../domain/problem.ts'

const remembered = (body: RememberBody, prefix = '') => toRememberRequest(body, contractBounds, prefix)

const fieldOf = (work: () => unknown): string | undefined => {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.field
    throw error
  }
}

test('two spellings of one request are one request', (t) => {
  const id = '0198F0DE-3B5A-8C1D-9E2F-4A6B8C0D2E4F'
  t.deepEqual(
    remembered({
      content: 'x',
      episode: 'r',
      user_id: 'ana',
      occurred_at: '2025-01-01T01:00:00+01:00',
      supersedes: id,
      links: [{ rel: 'a', target: id }],
    }),
    remembered({
      content: 'x',
      run_id: 'r',
      episode: 'r',
      user_id: 'ana',
      subject: 'ana',
      namespace: 'default',
      kind: 'episodic',
      importance: 0.5,
      metadata: {},
      tags: [],
      author: null,
      agent_id: null,
      ttl_seconds: null,
      occurred_at: '2025-01-01T00:00:00.000Z',
      supersedes: id.toLowerCase(),
      links: [{ rel: 'a', target: id.toLowerCase() }],
    }),
  )
})

test('the subject is the user, or stands for itself', (t) => {
  t.is(remembered({ content: 'x', user_id: 'ana' }).subject, 'ana')
  t.is(remembered({ content: 'x', subject: 'bo' }).subject, 'bo')
  t.is(remembered({ content: 'x' }).subject, null)
  t.is(
    fieldOf(() => remembered({ content: 'x', user_id: 'ana', subject: 'bo' }, 'items[2].')),
    'items[2].subject',
  )
})

test('importance is kept in thousandths', (t) => {
  const thousandths = (importance: number): number => remembered({ content: 'x', importance }).importance
  t.deepEqual([0, 0.0004, 0.0005, 0.1235, 1].map(thousandths), [0, 0, 1, 124, 1000])
})

test('metadata comes through as it was, or is refused by the path of its fault', (t) => {
  const text = fc.string({ unit: fc.constantFrom('a', 'ä', '𝄞', '"', '\\', '\ud800', '\udc00', '\0'), maxLength: 2 })
  const leaf = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null))
  fc.assert(
    fc.property(fc.dictionary(text, fc.oneof(leaf, fc.array(leaf), fc.dictionary(text, leaf))), (metadata) => {
      const sound = allTexts(metadata).every((one) => one.isWellFormed() && !one.includes('\0'))
      const fault = fieldOf(() => remembered({ content: 'x', metadata }))
      t.is(fault === undefined, sound)
      if (sound) t.deepEqual(remembered({ content: 'x', metadata }).metadata, metadata)
      else t.regex(fault ?? '', /^metadata[.[]/)
    }),
  )
})

const allTexts = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, member]) => [key, ...allTexts(member)])
      : []

test('metadata is bounded in bytes and depth', (t) => {
  const bytes = (count: number): object => ({ a: 'x'.repeat(count - '{"a":""}'.length) })
  t.is(
    fieldOf(() => remembered({ content: 'x', metadata: bytes(16_384) as never })),
    undefined,
  )
  t.is(
    fieldOf(() => remembered({ content: 'x', metadata: bytes(16_385) as never })),
    'metadata',
  )
  const nested = (depth: number): object => (depth === 1 ? {} : { a: nested(depth - 1) })
  t.is(
    fieldOf(() => remembered({ content: 'x', metadata: nested(16) as never })),
    undefined,
  )
  t.is(
    fieldOf(() => remembered({ content: 'x', metadata: nested(17) as never })),
    `metadata${'.a'.repeat(16)}`,
  )
})
