import test from 'ava'
import fc from 'fast-check'
import { requests } from 'kafkajs/src/protocol/requests/index.js'
import { crc32c } from '../../../infra/kafka/crc32c.ts'
import { encodeProduce } from '../../../infra/kafka/encode-produce.ts'
import type { ProduceMessage } from '../../../infra/kafka/record-batch.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((value) => Buffer.from(value))
/** As many digits each: kafkajs orders times as text. */
const time = fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 })
const message: fc.Arbitrary<ProduceMessage> = fc.record({
  key: bytes(70),
  value: fc.oneof(
    bytes(200),
    fc.integer({ min: 8_000, max: 20_000 }).map((length) => Buffer.alloc(length, 7)),
  ),
  headers: fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme' }), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
  timestamp: time,
})
const request = fc.record({
  topic: fc.stringMatching(/^[a-z.]{1,40}$/),
  acks: fc.constantFrom(-1, 1),
  timeoutMs: fc.nat(),
  partitions: fc.array(
    fc.record({ partition: fc.nat(1_000_000), messages: fc.array(message, { minLength: 1, maxLength: 30 }) }),
    { minLength: 1, maxLength: 4 },
  ),
})

type Produce = (options: object) => { readonly request: { encode(): Promise<{ readonly buffer: Buffer }> } }
const produceOf = (version: number): Produce =>
  (requests.Produce as unknown as { protocol(of: { readonly version: number }): Produce }).protocol({ version })

test('a request is what kafkajs writes, byte for byte, in every version that it may agree on', async (t) => {
  await fc.assert(
    fc.asyncProperty(request, fc.constantFrom(3, 5, 7), async ({ topic, acks, timeoutMs, partitions }, version) => {
      const topicData = partitions.map(({ partition, messages }) => ({
        partition,
        firstSequence: 0,
        messages: messages.map((one) => ({ ...one, timestamp: String(one.timestamp) })),
      }))
      const theirs = produceOf(version)({ acks, timeout: timeoutMs, topicData: [{ topic, partitions: topicData }] })
      const { buffer } = await theirs.request.encode()
      t.true(encodeProduce({ topic, acks, timeoutMs, partitions }).equals(buffer))
    }),
    { numRuns: propertyRuns(100) },
  )
})

test('checksums are those of RFC 3720', (t) => {
  t.is(crc32c(Buffer.from('123456789')), 0xe3069283)
  t.is(crc32c(new Uint8Array(32)), 0x8a9136aa)
  t.is(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43)
  t.is(crc32c(Buffer.from('..123456789.'), 2, 11), 0xe3069283)
})
