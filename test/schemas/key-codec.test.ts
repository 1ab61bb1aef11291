import test from 'ava'
import { committedNumbers } from '../../schemas/command-codec.ts'
import { frame } from '../../schemas/confluent-frame.ts'
import { createKeyCodec, type KeyRecord } from '../../schemas/key-codec.ts'

const codec = createKeyCodec()

/** Bytes as the first release wrote them: what is in the topic has to be read for ever. */
const golden: ReadonlyArray<readonly [string, KeyRecord]> = [
  [
    '0000000015046161020206666f6f00',
    { type: 'DataKey', slot: 'aa', generation: 1, wrapped: Buffer.from('foo'), firstOffset: null },
  ],
  ['00000000150461610400025a', { type: 'DataKey', slot: 'aa', generation: 2, wrapped: null, firstOffset: 45 }],
  [
    '00000000160861636d6506626172027e',
    { type: 'IndexKey', tenant: 'acme', wrapped: Buffer.from('bar'), firstOffset: 63 },
  ],
]

for (const [hex, record] of golden) {
  test(`${record.type} ${hex} is written and read as it was released`, (t) => {
    t.is(codec.encode(record).toString('hex'), hex)
    const decoded = codec.decode(Buffer.from(hex, 'hex'))
    t.true(decoded.ok)
    if (decoded.ok) t.deepEqual(decoded.value, record)
  })
}

test('bytes without a frame, cut short, or of another topic are undecodable, never something else', (t) => {
  const [hex] = golden[0]!
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('text'),
    Buffer.from(hex, 'hex').subarray(0, 9),
    frame(1, Buffer.alloc(64)),
  ]) {
    const decoded = codec.decode(bytes)
    t.is(decoded.ok ? 'ok' : decoded.reason, 'undecodable')
  }
})

test('a number that this build does not have is unknown, as a newer writer makes it', (t) => {
  t.deepEqual(codec.decode(frame(9_999, Buffer.alloc(4))), { ok: false, reason: 'unknown-schema', number: 9_999 })
  const strict = createKeyCodec({ ...committedNumbers, numberOf: () => undefined })
  const decoded = strict.decode(frame(21, Buffer.alloc(4)))
  t.is(decoded.ok ? 'ok' : decoded.reason, 'unknown-schema')
})
