import test from 'ava'
import fc from 'fast-check'
import { decodePosition, encodePosition } from '../../domain/position.ts'

const position = fc.record({
  generation: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  partition: fc.nat(65_535),
  offset: fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER }),
})

test('a position survives its encoding', (t) => {
  fc.assert(fc.property(position, (value) => t.deepEqual(decodePosition(encodePosition(value)), value)))
})

test('text that no position encodes to is no position', (t) => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const decoded = decodePosition(text)
      t.true(decoded === null || encodePosition(decoded) === text)
    }),
  )
  t.is(decodePosition(''), null)
  t.is(decodePosition('latest'), null)
  t.is(decodePosition(encodePosition({ generation: '00'.repeat(8), partition: 0, offset: 1 }).slice(1)), null)
})
