import test from 'ava'
import fc from 'fast-check'
import { propertyRuns } from '../../support/property-runs.ts'
import { redirectKafka } from './kafka-addresses.ts'

const HOST = '127.0.0.1'
const BROKER_PORT = 30_102
const OWN_PORT = 41_234

const address = (port: number): Buffer => {
  const length = Buffer.from([0, HOST.length])
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(port)
  return Buffer.concat([length, Buffer.from(HOST), bytes])
}

const frame = (payload: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(payload.length)
  return Buffer.concat([length, payload])
}

/** A payload with the broker's address at some places between other bytes, and what must come of it. */
const payload = fc
  .array(fc.oneof(fc.constant('address' as const), fc.uint8Array({ maxLength: 40 })), { maxLength: 5 })
  .map((pieces) => {
    const made = (port: number): Buffer =>
      frame(Buffer.concat(pieces.map((piece) => (piece === 'address' ? address(port) : Buffer.from(piece)))))
    return { before: made(BROKER_PORT), after: made(OWN_PORT) }
  })

test('whatever way answers are cut into pieces, each arrives whole, with our port in place of the broker’s', (t) => {
  fc.assert(
    fc.property(fc.array(payload, { maxLength: 6 }), fc.infiniteStream(fc.nat(30)), (payloads, cuts) => {
      const map = redirectKafka(HOST, BROKER_PORT, OWN_PORT)
      const all = Buffer.concat(payloads.map(({ before }) => before))
      const passed: Buffer[] = []
      for (let at = 0; at < all.length; ) {
        const end = at + 1 + cuts.next().value
        passed.push(Buffer.from(map(Buffer.from(all.subarray(at, end)))))
        at = end
      }
      t.deepEqual(Buffer.concat(passed), Buffer.concat(payloads.map(({ after }) => after)))
    }),
    { numRuns: propertyRuns(200) },
  )
})
