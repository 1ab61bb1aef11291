import test from 'ava'
import fc from 'fast-check'
import type { Filter } from '../../domain/filter/filter.ts'
import { ProblemError } from '../../domain/problem.ts'
import { decodeCursor, encodeCursor } from '../../query-api/cursor.ts'

const scope = { tenant: 'acme', namespace: 'notes' }
const cursor = { foldVersion: 1, generation: '00112233445566ff', offset: 4_711 }
const isAlice: Filter = { op: 'in', field: 'author', values: ['Alice'] }
const isLong: Filter = { op: 'compare', field: 'metadata.length', than: '$gt', value: 9 }

const refused = (run: () => unknown): boolean => {
  try {
    run()
    return false
  } catch (error) {
    return error instanceof ProblemError && error.problem.code === 'invalid_cursor' && error.problem.field === 'cursor'
  }
}

test('a cursor comes back as it was made', (t) => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), fc.nat(Number.MAX_SAFE_INTEGER), (foldVersion, offset) => {
      const one = { foldVersion, offset, generation: cursor.generation }
      t.deepEqual(decodeCursor(encodeCursor(one, scope, isAlice), scope, isAlice), one)
    }),
  )
})

test('the order of the parts of a filter does not matter', (t) => {
  const text = encodeCursor(cursor, scope, { op: 'and', of: [isAlice, isLong] })
  t.deepEqual(decodeCursor(text, scope, { op: 'and', of: [isLong, isAlice] }), cursor)
})

test('a cursor of another namespace, tenant or filter is refused', (t) => {
  const text = encodeCursor(cursor, scope, isAlice)
  t.true(refused(() => decodeCursor(text, { ...scope, namespace: 'other' }, isAlice)))
  t.true(refused(() => decodeCursor(text, { ...scope, tenant: 'other' }, isAlice)))
  t.true(refused(() => decodeCursor(text, scope, null)))
  t.true(refused(() => decodeCursor(text, scope, isLong)))
  t.true(refused(() => decodeCursor(text, scope, { op: 'not', of: isAlice })))
})

test('any altered byte is refused', (t) => {
  const bytes = Buffer.from(encodeCursor(cursor, scope, null), 'base64url')
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const altered = Buffer.from(bytes)
      altered[at]! ^= flip
      t.true(refused(() => decodeCursor(altered.toString('base64url'), scope, null)))
    }),
  )
})

test('text that is no cursor is refused', (t) => {
  fc.assert(fc.property(fc.string(), (text) => t.true(refused(() => decodeCursor(text, scope, null)))))
  t.true(refused(() => decodeCursor(`${encodeCursor(cursor, scope, null)}=`, scope, null)))
})
