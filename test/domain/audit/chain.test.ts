import { createHash } from 'node:crypto'
import test from 'ava'
import fc from 'fast-check'
import { everyChain, operationKey, operationPartition } from '../../../domain/audit/audit-topics.ts'
import { type ChainedRecord, chainNext, chainNextPacked, chainStart } from '../../../domain/audit/chain.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const bytes = fc.uint8Array({ maxLength: 20 })
const records: fc.Arbitrary<ChainedRecord> = fc.record({
  offset: fc.maxSafeNat(),
  timestamp: fc.nat(),
  key: bytes,
  value: bytes,
  headers: fc.dictionary(fc.string({ maxLength: 3 }), fc.string({ maxLength: 3 })),
})

test('no two chains begin alike', (t) => {
  t.is(new Set(everyChain.map((chain) => chainStart(chain).toString('hex'))).size, 18)
})

test('whatever differs between two records, or before them, tells in the chain', (t) => {
  const property = fc.property(records, records, bytes, (one, other, tail) => {
    const start = chainStart({ topic: 'audit.operations', partition: 0 })
    const same = JSON.stringify([...one.key, '|', ...one.value]) === JSON.stringify([...other.key, '|', ...other.value])
    const equal =
      same &&
      one.offset === other.offset &&
      one.timestamp === other.timestamp &&
      JSON.stringify(one.headers) === JSON.stringify(other.headers)
    t.is(chainNext(start, one).equals(chainNext(start, other)), equal)
    // What moves from one part of a record into the next is another record.
    const moved = { ...one, key: Buffer.concat([one.key, tail]), value: one.value }
    const there = { ...one, key: one.key, value: Buffer.concat([tail, one.value]) }
    t.is(chainNext(start, moved).equals(chainNext(start, there)), tail.length === 0)
    t.false(chainNext(chainNext(start, one), other).equals(chainNext(start, other)))
  })
  fc.assert(property, { numRuns: propertyRuns(300) })
})

test('the chain is what its description says, byte by byte', (t) => {
  const previous = chainStart({ topic: 'memory.commands', partition: 2 })
  t.is(previous.toString('hex'), 'b9bcc11325ec5d6aa2643504b1d41da9c8ded507f2e2a529ec89ffc605de2cc1')
  const record = {
    offset: 2 ** 33 + 5,
    timestamp: 1.5,
    key: Buffer.from('k'),
    value: Buffer.from('v'),
    headers: { a: 'é' },
  }
  const head = Buffer.alloc(24)
  head.writeBigUInt64BE(BigInt(record.offset), 0)
  head.writeDoubleBE(1.5, 8)
  head.writeUInt32BE(1, 16)
  head.writeUInt32BE(10, 20)
  const expected = createHash('sha256')
    .update(previous)
    .update(head)
    .update('k')
    .update('{"a":"é"}')
    .update('v')
    .digest()
  t.deepEqual(chainNext(previous, record), expected)
})

test('a record that lies packed is chained as one that is taken apart', (t) => {
  const previous = chainStart({ topic: 'audit.operations', partition: 3 })
  const property = fc.property(records, fc.nat(20), (record, from) => {
    const headers = Buffer.from(JSON.stringify(record.headers))
    const { offset, timestamp, key, value } = record
    const packed = {
      offset,
      timestamp,
      keyLength: key.length,
      headersLength: headers.length,
      bytes: Buffer.concat([Buffer.alloc(from, 7), key, headers, value]),
      from,
    }
    t.deepEqual(chainNextPacked(previous, packed), chainNext(previous, record))
  })
  fc.assert(property, { numRuns: propertyRuns(200) })
})

test('all operations of a tenant are in one partition, and those of nobody in another key', (t) => {
  t.deepEqual(operationKey(null), Buffer.alloc(0))
  t.not(operationKey('a').toString('hex'), operationKey('').toString('hex'))
  const partitions = Array.from({ length: 200 }, (_, i) => operationPartition(operationKey(`tenant-${i}`)))
  t.is(new Set(partitions).size, 6)
})
