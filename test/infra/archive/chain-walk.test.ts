import test from 'ava'
import fc from 'fast-check'
import type { SignedAnchor } from '../../../domain/audit/anchor.ts'
import { chainNext, chainStart, type PackedRecord } from '../../../domain/audit/chain.ts'
import { ChainWalk } from '../../../infra/archive/chain-walk.ts'
import { frameRecord, unframeRecord } from '../../../infra/archive/record-frame.ts'
import type { LogRecord } from '../../../projections/ports/log-reader.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { logRecord, logRecords } from './log-records.ts'

const CHAIN = { topic: 'audit.operations', partition: 2 } as const

function packed(record: LogRecord): PackedRecord {
  const found = unframeRecord(frameRecord(record), 0)
  if (!('record' in found)) throw new Error(JSON.stringify(found))
  return found.record
}

/** Anchors at some offsets, as whoever had all the records signed them. */
function anchorsAt(records: readonly LogRecord[], offsets: readonly number[]): readonly SignedAnchor[] {
  const chains = new Map<number, Uint8Array>()
  records.reduce((chain, record) => {
    const next = chainNext(chain, record)
    chains.set(record.offset, next)
    return next
  }, chainStart(CHAIN))
  return offsets.map((offset) => ({
    ...{ ...CHAIN, kind: 'anchor', offset, chain: chains.get(offset)!, entries: offset + 1 },
    ...{ signedAt: 0, keyId: 'key', signature: new Uint8Array(64) },
  }))
}

function walked(
  records: readonly LogRecord[],
  anchors: readonly SignedAnchor[],
  chain: { topic: 'audit.operations' | 'memory.commands'; partition: number } = CHAIN,
) {
  const walk = new ChainWalk(chain, anchors)
  for (const record of records) walk.record(packed(record))
  return { agreed: walk.agreed, difference: walk.difference() }
}

const RECORDS = logRecords(0, 10, { partition: 2 })
const differsAt = (offset: number): string =>
  `audit.operations/2 is not what was signed: it differs from the anchor at offset ${offset}`

test('a chain agrees with every anchor on its way', (t) => {
  t.deepEqual(walked(RECORDS, anchorsAt(RECORDS, [0, 4, 4, 9])), { agreed: 4, difference: null })
  t.deepEqual(walked(RECORDS, anchorsAt(RECORDS, [9])), { agreed: 1, difference: null })
  t.deepEqual(walked(RECORDS, []), { agreed: 0, difference: null })
  t.deepEqual(walked([], []), { agreed: 0, difference: null })
})

test('a chain has a beginning of its own', (t) => {
  const anchors = anchorsAt(RECORDS, [4])
  for (const chain of [
    { topic: 'audit.operations', partition: 3 } as const,
    { topic: 'memory.commands', partition: 2 } as const,
  ])
    t.deepEqual(walked(RECORDS, anchors, chain), {
      agreed: 0,
      difference: `${chain.topic}/${chain.partition} is not what was signed: it differs from the anchor at offset 4`,
    })
})

const changes: Readonly<Record<string, (record: LogRecord) => LogRecord>> = {
  key: (record) => ({ ...record, key: Buffer.from('another') }),
  value: (record) => ({ ...record, value: Buffer.from('another') }),
  time: (record) => ({ ...record, timestamp: record.timestamp + 1 }),
  header: (record) => ({ ...record, headers: { ...record.headers, more: '' } }),
}
for (const [what, change] of Object.entries(changes)) {
  test(`a record of another ${what} is denied by the first anchor behind it`, (t) => {
    for (const { offset } of RECORDS) {
      const changed = RECORDS.with(offset, change(RECORDS[offset]!))
      const { agreed, difference } = walked(changed, anchorsAt(RECORDS, [2, 5, 8]))
      const first = [2, 5, 8].find((anchor) => anchor >= offset)
      t.is(difference, first === undefined ? null : differsAt(first), `offset ${offset}`)
      t.is(agreed, [2, 5, 8].filter((anchor) => anchor < offset).length, `offset ${offset}`)
    }
  })
}

test('an anchor beyond the last record tells that the end is missing', (t) => {
  const anchors = anchorsAt(RECORDS, [3, 9])
  for (const length of [4, 9]) {
    const difference = `audit.operations/2 ends before offset ${length}, and an anchor was signed at offset 9`
    t.deepEqual(walked(RECORDS.slice(0, length), anchors), { agreed: 1, difference })
  }
  t.is(walked([], anchors).difference, 'audit.operations/2 ends before offset 0, and an anchor was signed at offset 3')
  t.deepEqual(walked(RECORDS, anchors), { agreed: 2, difference: null })
})

test('what differs is said before what is missing', (t) => {
  const changed = RECORDS.with(1, changes.key!(RECORDS[1]!)).slice(0, 6)
  t.is(walked(changed, anchorsAt(RECORDS, [3, 9])).difference, differsAt(3))
})

test('a chain whose beginning was trimmed is followed from the anchor before its first record', (t) => {
  const kept = RECORDS.slice(4)
  t.deepEqual(walked(kept, anchorsAt(RECORDS, [3, 6, 9])), { agreed: 2, difference: null })
  const changed = kept.with(1, changes.value!(kept[1]!))
  t.is(walked(changed, anchorsAt(RECORDS, [3, 6, 9])).difference, differsAt(6))
})

test('without an anchor there, it is followed from the first anchor that it meets', (t) => {
  const kept = RECORDS.slice(4)
  t.deepEqual(walked(kept, anchorsAt(RECORDS, [1, 6, 9])), { agreed: 2, difference: null })
  // Records before it are vouched for by no anchor.
  t.is(walked(kept.with(1, changes.value!(kept[1]!)), anchorsAt(RECORDS, [6, 9])).difference, null)
  t.is(walked(kept.with(3, changes.value!(kept[3]!)), anchorsAt(RECORDS, [6, 9])).difference, differsAt(9))
})

test('anchors that deny each other are not both met', (t) => {
  const [right] = anchorsAt(RECORDS, [6])
  const wrong = { ...right!, chain: Buffer.alloc(32) }
  for (const anchors of [
    [right!, wrong],
    [wrong, right!],
  ]) {
    t.deepEqual(walked(RECORDS, anchors), { agreed: 1, difference: differsAt(6) })
    t.deepEqual(walked(RECORDS.slice(5), anchors), { agreed: 1, difference: differsAt(6) })
  }
})

test('records that were trimmed after they were archived leave a gap that an anchor bridges', (t) => {
  const archived = [...RECORDS.slice(0, 3), ...RECORDS.slice(6)]
  t.deepEqual(walked(archived, anchorsAt(RECORDS, [2, 5, 9])), { agreed: 2, difference: null })
  const changed = archived.with(4, changes.value!(archived[4]!))
  t.is(walked(changed, anchorsAt(RECORDS, [2, 5, 9])).difference, differsAt(9))
  t.deepEqual(walked(archived, anchorsAt(RECORDS, [2, 7, 9])), { agreed: 3, difference: null })
})

test('a change is found wherever an anchor stands behind it', (t) => {
  const offsets = fc.uniqueArray(fc.nat(9), { minLength: 1 })
  const property = fc.property(offsets, fc.nat(9), fc.nat(9), (anchored, changedAt, from) => {
    const anchors = anchorsAt(RECORDS, anchored)
    const kept = RECORDS.slice(from)
    t.deepEqual(walked(kept, anchors), { agreed: anchored.filter((at) => at >= from).length, difference: null })
    if (changedAt < from) return
    const record = logRecord(changedAt, { value: Buffer.from('changed') })
    const { difference } = walked(kept.with(changedAt - from, record), anchors)
    // Where the chain is known before the record, the first anchor behind it tells.
    const isKnown = from === 0 || anchored.some((at) => at >= from - 1 && at < changedAt)
    const first = anchored.filter((at) => at >= changedAt).sort((a, b) => a - b)
    t.is(difference, isKnown && first.length > 0 ? differsAt(first[0]!) : null)
  })
  fc.assert(property, { numRuns: propertyRuns(300) })
})
