import test from 'ava'
import fc from 'fast-check'
import { formatInstant, parseInstant } from '../../domain/instant.ts'

test('reads instants with any offset and up to nine digits of a second', (t) => {
  const noon = Date.UTC(2025, 9, 15, 12)
  for (const [text, instant] of [
    ['2025-10-15T12:00:00Z', noon],
    ['2025-10-15t12:00:00z', noon],
    ['2025-10-15T14:00:00+02:00', noon],
    ['2025-10-15T00:30:00-11:30', noon],
    ['2025-10-15T12:00:00-00:00', noon],
    ['2025-10-15T12:00:00.5Z', noon + 500],
    ['2025-10-15T12:00:00.123999999Z', noon + 123],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['9999-12-31T23:59:59.999Z', Date.UTC(9999, 11, 31, 23, 59, 59, 999)],
  ] as const) {
    t.is(parseInstant(text), instant, text)
  }
  t.is(formatInstant(parseInstant('0001-01-01T00:00:00Z')!), '0001-01-01T00:00:00.000Z')
})

test('refuses what is no instant of the calendar', (t) => {
  for (const text of [
    '2025-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2025-04-31T00:00:00Z',
    '2025-13-01T00:00:00Z',
    '2025-00-01T00:00:00Z',
    '2025-01-00T00:00:00Z',
    '2025-01-01T24:00:00Z',
    '2025-01-01T00:60:00Z',
    '2016-12-31T23:59:60Z',
    '2025-01-01T00:00:00+24:00',
    '2025-01-01T00:00:00+00:60',
    '2025-01-01T00:00:00',
    '2025-01-01 00:00:00Z',
    '2025-01-01',
    '0000-12-31T00:00:00Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '12025-01-01T00:00:00Z',
    ' 2025-01-01T00:00:00Z',
    '2025-01-01T00:00:00Z\n',
    '٢٠٢٥-01-01T00:00:00Z',
    'now',
    '',
  ]) {
    t.is(parseInstant(text), null, JSON.stringify(text))
  }
})

test('what is written is read back', (t) => {
  fc.assert(
    fc.property(
      fc.date({
        min: new Date('0001-01-01T00:00:00Z'),
        max: new Date('9999-12-31T23:59:59.999Z'),
        noInvalidDate: true,
      }),
      (date) => {
        t.is(parseInstant(formatInstant(date.getTime())), date.getTime())
      },
    ),
  )
})
