import test from 'ava'
import fc from 'fast-check'
import type { ArchivedPartition } from '../../../../infra/archive/archive-manifest.ts'
import { placedRecords } from '../../../../infra/archive/restore/placed-records.ts'
import type { LogRecord } from '../../../../projections/ports/log-reader.ts'
import { propertyRuns } from '../../../support/property-runs.ts'
import { temporaryFolder } from '../../../support/temp-folder.ts'
import { logRecord, logRecords, plain } from '../log-records.ts'
import { write } from '../segments-on-disk.ts'

function partitionOf(folder: string, records: readonly LogRecord[], start = 0): ArchivedPartition {
  return { start, ...write(folder, [], [records], 200) }
}

const placedIn = (folder: string, archived: ArchivedPartition, partition = 0) =>
  [...placedRecords(folder, partition, archived)].map((record) => ({ ...plain(record), isFiller: record.isFiller }))

const placed = (record: LogRecord) => ({ ...plain(record), isFiller: false })
const filler = (offset: number, timestamp: number, partition = 0) => ({
  ...plain(logRecord(offset, { partition, timestamp, key: Buffer.alloc(0), value: Buffer.alloc(0), headers: {} })),
  isFiller: true,
})

test('every record of a whole partition stands at its own offset', (t) => {
  const folder = temporaryFolder(t)
  const records = logRecords(0, 7, { partition: 4 })
  t.deepEqual(placedIn(folder, partitionOf(folder, records), 4), records.map(placed))
})

test('what was compacted away is filled, with the time of the record behind it', (t) => {
  const folder = temporaryFolder(t)
  const records = [logRecord(2, { timestamp: 50 }), logRecord(3, { timestamp: 60 }), logRecord(6, { timestamp: 70 })]
  t.deepEqual(placedIn(folder, partitionOf(folder, records)), [
    filler(0, 50),
    filler(1, 50),
    placed(records[0]!),
    placed(records[1]!),
    filler(4, 70),
    filler(5, 70),
    placed(records[2]!),
  ])
})

test('what was trimmed is filled, also where its segment still holds it', (t) => {
  const folder = temporaryFolder(t)
  const records = logRecords(3, 7, { partition: 2, timestamp: 80 })
  const expected = [0, 1, 2, 3, 4].map((offset) => filler(offset, 80, 2))
  t.deepEqual(placedIn(folder, partitionOf(folder, records, 5), 2), [...expected, ...records.slice(2).map(placed)])
})

test('a partition that was trimmed up to its end is filled up to there', (t) => {
  const folder = temporaryFolder(t)
  const records = logRecords(0, 2, { timestamp: 80 })
  const expected = [0, 1, 2, 3].map((offset) => filler(offset, 80))
  t.deepEqual(placedIn(folder, partitionOf(folder, records, 4)), expected)
  t.deepEqual(placedIn(folder, { start: 2, segments: [], lastRecord: null }), [filler(0, 0), filler(1, 0)])
  t.deepEqual(placedIn(folder, { start: 0, segments: [], lastRecord: null }), [])
})

test('each offset up to the end is placed once, in order, whatever the gaps', (t) => {
  const gaps = fc.array(fc.nat(4), { maxLength: 12 })
  const property = fc.property(gaps, fc.nat(30), (all, start) => {
    const folder = temporaryFolder(t)
    let offset = 0
    const records = all.map((gap) => {
      offset += gap
      return logRecord(offset++)
    })
    const found = placedIn(folder, partitionOf(folder, records, start))
    const end = Math.max(offset, start)
    t.deepEqual(
      found.map((record) => record.offset),
      Array.from({ length: end }, (_, i) => i),
    )
    t.deepEqual(
      found.filter(({ isFiller }) => !isFiller),
      records.filter((record) => record.offset >= start).map(placed),
    )
    const times = found.map(({ timestamp }) => timestamp)
    t.deepEqual(times, times.toSorted())
  })
  fc.assert(property, { numRuns: propertyRuns(60) })
})
