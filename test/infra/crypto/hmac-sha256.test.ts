import { createHmac } from 'node:crypto'
import test from 'ava'
import fc from 'fast-check'
import { hmacSha256 } from '../../../infra/crypto/hmac-sha256.ts'
import { propertyRuns } from '../../support/property-runs.ts'

test('it gives the bytes of HMAC-SHA-256 for every key and message', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.string({ unit: 'binary', maxLength: 300 }), (key, message) => {
      t.deepEqual(hmacSha256(key)(message), createHmac('sha256', key).update(message).digest())
    }),
    { numRuns: propertyRuns(500) },
  )
})

test('it gives the digest of RFC 4231, test case 2', (t) => {
  t.is(
    hmacSha256(Buffer.from('Jefe'))('what do ya want for nothing?').toString('hex'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

test('a key that HMAC would hash first is refused', (t) => {
  t.throws(() => hmacSha256(new Uint8Array(65)), { instanceOf: RangeError })
})
