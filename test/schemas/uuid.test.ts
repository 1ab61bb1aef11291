import test from 'ava'
import fc from 'fast-check'
import { uuidFromBytes, uuidToBytes } from '../../schemas/uuid.ts'
import { propertyRuns } from '../support/property-runs.ts'

test('the bytes of a UUID become its text, in lower case, and come back as they were', (t) => {
  t.is(uuidFromBytes(Buffer.from('0190A7C0ffff70008000c0ffee00abcd', 'hex')), '0190a7c0-ffff-7000-8000-c0ffee00abcd')
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      t.deepEqual(uuidToBytes(uuidFromBytes(bytes)), Buffer.from(bytes))
    }),
    { numRuns: propertyRuns(100) },
  )
})

test('the text of one UUID stays as it is while others are made', (t) => {
  const [zeros, ones] = [uuidFromBytes(Buffer.alloc(16)), uuidFromBytes(Buffer.alloc(16, 0xff))]
  t.is(zeros, '00000000-0000-0000-0000-000000000000')
  t.is(ones, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
})
