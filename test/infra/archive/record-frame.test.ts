import test from 'ava'
import fc from 'fast-check'
import { frameRecord, logRecordOfFrame, unframeRecord } from '../../../infra/archive/record-frame.ts'
import { crc32c } from '../../../infra/kafka/crc32c.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { anyLogRecord, logRecord, plain } from './log-records.ts'

const MOST_BYTES = 32 << 20
const sample = frameRecord(logRecord(7, { key: Buffer.from('k'), value: Buffer.from('v'), headers: { a: 'é' } }))

/** A frame whose checksum is right, whatever it says. */
function sealed(body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(body.length, 0)
  head.writeUInt32BE(crc32c(body), 4)
  return Buffer.concat([head, body])
}

test('a record comes out of its frame as it went in, wherever the frame stands', (t) => {
  const property = fc.property(anyLogRecord, fc.uint8Array({ maxLength: 9 }), anyLogRecord, (record, before, next) => {
    const frame = frameRecord(record)
    const found = unframeRecord(Buffer.concat([before, frame, frameRecord(next)]), before.length)
    if (!('record' in found)) return t.fail(JSON.stringify(found))
    t.is(found.end, before.length + frame.length)
    t.is(found.record.offset, record.offset)
    t.deepEqual(plain(logRecordOfFrame(record.partition, found.record)), plain(record))
  })
  fc.assert(property, { numRuns: propertyRuns(500) })
})

test('a frame is what its description says, byte by byte', (t) => {
  const body = Buffer.alloc(24)
  body.writeBigUInt64BE(2n ** 33n + 5n, 0)
  body.writeDoubleBE(-1.5, 8)
  body.writeUInt32BE(1, 16)
  body.writeUInt32BE(10, 20)
  const expected = sealed(Buffer.concat([body, Buffer.from('k{"a":"é"}val')]))
  const record = { partition: 3, offset: 2 ** 33 + 5, timestamp: -1.5, headers: { a: 'é' } }
  t.deepEqual(frameRecord({ ...record, key: Buffer.from('k'), value: Buffer.from('val') }), expected)
})

test('whichever bit of a frame is flipped, no record is found there', (t) => {
  for (const bytes of [sample, Buffer.concat([sample, sample, sample])]) {
    for (let bit = 0; bit < sample.length * 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      const found = unframeRecord(flipped, 0)
      t.false('record' in found, `bit ${bit}`)
      // Behind the length, there is nothing to wait for.
      if (bit >= 32) t.true('damage' in found, `bit ${bit}`)
    }
  }
})

test('a frame that is cut anywhere is short, and is never read beyond what is there', (t) => {
  for (let length = 0; length < sample.length; length++) {
    t.deepEqual(unframeRecord(sample.subarray(0, length), 0), { short: true }, `${length} bytes`)
  }
  t.deepEqual(unframeRecord(sample, sample.length), { short: true })
})

test('a length that no record has is damage, and is not waited for', (t) => {
  const begun = (length: number): Buffer => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(length, 0)
    return head
  }
  for (const length of [0, 23, MOST_BYTES + 1, 2 ** 31, 2 ** 32 - 1])
    t.deepEqual(unframeRecord(begun(length), 0), { damage: `a record of ${length} bytes` })
  for (const length of [24, MOST_BYTES]) t.deepEqual(unframeRecord(begun(length), 0), { short: true })
  t.deepEqual(unframeRecord(sealed(Buffer.alloc(23)), 0), { damage: 'a record of 23 bytes' })
})

test('parts that are longer than their record are damage, although the checksum agrees', (t) => {
  for (const [keyLength, headersLength] of [
    [2 ** 32 - 1, 2],
    [11, 0],
    [0, 11],
    [9, 2],
  ] as const) {
    const body = Buffer.concat([Buffer.alloc(24), Buffer.from('0123456789')])
    body.writeUInt32BE(keyLength, 16)
    body.writeUInt32BE(headersLength, 20)
    t.deepEqual(unframeRecord(sealed(body), 0), { damage: 'a record whose parts are longer than it' })
  }
})

test('the largest record that a log takes is read again', (t) => {
  const record = logRecord(0, { value: Buffer.alloc(4 << 20, 7) })
  const found = unframeRecord(frameRecord(record), 0)
  t.true('record' in found)
})

test('a record that a log takes is read again also where its headers are longer as JSON', (t) => {
  const record = logRecord(0, { headers: { binary: '\u0001'.repeat(2 << 20) } })
  t.true('record' in unframeRecord(frameRecord(record), 0))
})
