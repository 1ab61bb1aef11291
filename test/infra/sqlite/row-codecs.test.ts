import { randomUUID } from 'node:crypto'
import test from 'ava'
import fc from 'fast-check'
import { hexBytes, hexText, uuidBytes, uuidText } from '../../../infra/long-term/id-bytes.ts'
import { packIntervals, unpackIntervals } from '../../../infra/long-term/packed-intervals.ts'
import { offsetOfPosition, partitionOfPosition, positionNumber } from '../../../infra/long-term/position-number.ts'

test('every UUID comes back from its sixteen bytes', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      t.deepEqual([...uuidBytes(uuidText(bytes))], [...bytes])
    }),
  )
  const uuid = randomUUID()
  t.is(uuidText(uuidBytes(uuid)), uuid)
})

test('text that is no lower-case UUID is refused', (t) => {
  const good = '0190a7c0-0000-7000-8000-00000000abcd'
  const bad = [
    '',
    good.toUpperCase(),
    good.slice(1),
    `${good}0`,
    good.replaceAll('-', ''),
    good.replace('-', '0'),
    good.replace('a', '-'),
    good.replace('a', 'g'),
    good.replace('a', 'ÿ'),
    good.replace('a', '𝟎').slice(0, 36),
  ]
  for (const text of bad) t.throws(() => uuidBytes(text), { instanceOf: RangeError }, text)
  fc.assert(
    fc.property(fc.nat(35), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), (at, character) => {
      const altered = good.slice(0, at) + character + good.slice(at + 1)
      if (/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(altered)) {
        t.is(uuidText(uuidBytes(altered)), altered)
      } else {
        t.throws(() => uuidBytes(altered), { instanceOf: RangeError })
      }
    }),
  )
})

test('hex comes back from its bytes, and other text is refused', (t) => {
  t.is(hexText(hexBytes('00ff10')), '00ff10')
  t.is(hexBytes('').length, 0)
  for (const text of ['0', 'FF', '0g', '00 11']) t.throws(() => hexBytes(text), { instanceOf: RangeError }, text)
})

test('intervals come back from their text, which is JSON', (t) => {
  const instant = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 })
  const interval = fc.record({ knownFrom: instant, knownTo: fc.option(instant), validTo: fc.option(instant) })
  fc.assert(
    fc.property(fc.array(interval), (intervals) => {
      t.deepEqual(unpackIntervals(packIntervals(intervals)), intervals)
      t.is(JSON.stringify(JSON.parse(packIntervals(intervals))), packIntervals(intervals))
    }),
  )
})

test('positions as numbers keep the order of partition and offset', (t) => {
  const place = fc.record({ partition: fc.nat(11), offset: fc.nat({ max: 2 ** 40 - 1 }) })
  fc.assert(
    fc.property(place, place, (a, b) => {
      const number = positionNumber(a.partition, a.offset)
      t.true(Number.isSafeInteger(number))
      t.deepEqual({ partition: partitionOfPosition(number), offset: offsetOfPosition(number) }, a)
      t.is(
        Math.sign(number - positionNumber(b.partition, b.offset)),
        Math.sign(a.partition - b.partition || a.offset - b.offset),
      )
    }),
  )
})
