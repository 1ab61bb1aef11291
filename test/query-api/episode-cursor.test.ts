import test from 'ava'
import fc from 'fast-check'
import type { Filter } from '../../domain/filter/filter.ts'
import { ProblemError } from '../../domain/problem.ts'
import { aboutOf, encodeCursor } from '../../query-api/cursor.ts'
import { cursorText } from '../../query-api/cursor-text.ts'
import { decodeEpisodeCursor, encodeEpisodeCursor } from '../../query-api/episode-cursor.ts'

const scope = { tenant: 'acme', namespace: 'notes' }
const place = { lastOccurredAt: 1_760_529_600_000, runId: 'chat 17' }
const isAna: Filter = { op: 'in', field: 'user_id', values: ['ana'] }
const byBot: Filter = { op: 'in', field: 'agent_id', values: ['bot'] }

const refused = (text: string, of = scope, filter: Filter | null = null): boolean => {
  try {
    decodeEpisodeCursor(text, of, filter)
    return false
  } catch (error) {
    return error instanceof ProblemError && error.problem.code === 'invalid_cursor' && error.problem.field === 'cursor'
  }
}

test('a cursor comes back as it was made, and is no longer than what the route takes', (t) => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 256 }).filter((text) => text.isWellFormed())
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.oneof(name, fc.constant('💡'.repeat(256))), (lastOccurredAt, runId) => {
      const one = { lastOccurredAt, runId }
      const text = encodeEpisodeCursor(one, scope, isAna)
      t.deepEqual(decodeEpisodeCursor(text, scope, isAna), one)
      if ([...runId].length <= 256) t.true(text.length <= 2048)
    }),
  )
})

test('the order of the parts of a filter does not matter', (t) => {
  const text = encodeEpisodeCursor(place, scope, { op: 'and', of: [isAna, byBot] })
  t.deepEqual(decodeEpisodeCursor(text, scope, { op: 'and', of: [byBot, isAna] }), place)
})

test('a cursor of another namespace, tenant, filter or list is refused', (t) => {
  const text = encodeEpisodeCursor(place, scope, isAna)
  t.true(refused(text, { ...scope, namespace: 'other' }, isAna))
  t.true(refused(text, { ...scope, tenant: 'other' }, isAna))
  t.true(refused(text, scope, null))
  t.true(refused(text, scope, byBot))
  t.true(refused(encodeCursor({ foldVersion: 1, generation: '00112233445566ff', offset: 1 }, scope, null)))
})

test('any altered byte is refused, and text that is no cursor', (t) => {
  const bytes = Buffer.from(encodeEpisodeCursor(place, scope, null), 'base64url')
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const altered = Buffer.from(bytes)
      altered[at]! ^= flip
      t.true(refused(altered.toString('base64url')))
    }),
  )
  fc.assert(fc.property(fc.string(), (text) => t.true(refused(text))))
})

test('a cursor of another version, or without a name, is refused although its digest fits', (t) => {
  const withHead = (head: Uint8Array) => cursorText(head, ['episodes', ...aboutOf(scope, null)])
  const head = Buffer.from('01000001999e3d6c0061', 'hex')
  t.false(refused(withHead(head)))
  t.true(refused(withHead(Buffer.from([2, ...head.subarray(1)]))))
  t.true(refused(withHead(head.subarray(0, 9))))
  t.true(refused(withHead(head.subarray(0, 3))))
})
