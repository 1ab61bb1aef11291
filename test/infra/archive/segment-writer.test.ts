import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import type { ArchivedSegment } from '../../../infra/archive/archive-manifest.ts'
import { frameRecord } from '../../../infra/archive/record-frame.ts'
import { SegmentWriter } from '../../../infra/archive/segment-writer.ts'
import type { LogRecord } from '../../../projections/ports/log-reader.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { framed, logRecord, logRecords, plain } from './log-records.ts'
import { bytesOf, read, write } from './segments-on-disk.ts'

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const frameBytes = (records: readonly LogRecord[]): number =>
  records.reduce((sum, record) => sum + frameRecord(record).length, 0)

/** Records in order, with gaps and of many sizes, in the pages of as many sessions. */
const sessions = fc
  .array(fc.array(fc.array(fc.tuple(fc.nat(3), fc.nat(120)), { maxLength: 5 }), { maxLength: 3 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((shape) => {
    let offset = 0
    return shape.map((pages) =>
      pages.map((page) =>
        page.map(([gap, size]) => {
          offset += gap
          return logRecord(offset++, { value: Buffer.alloc(size, offset) })
        }),
      ),
    )
  })

function assertWholeSegments(folder: string, segments: readonly ArchivedSegment[], limit: number): string | null {
  const files = existsSync(folder) ? readdirSync(folder).sort() : []
  if (files.join() !== segments.map(({ file }) => file).join()) return `files ${files}`
  for (const [i, segment] of segments.entries()) {
    const bytes = bytesOf(folder, segment)
    if (bytes.length !== segment.bytes) return `${segment.file} has ${bytes.length} bytes, not ${segment.bytes}`
    if (segment.bytes > limit && segment.records > 1) return `${segment.file} is too large`
    const isNewest = i === segments.length - 1
    if (segment.sha256 !== (isNewest ? null : sha256(bytes))) return `${segment.file} has SHA-256 ${segment.sha256}`
  }
  return null
}

test('what is appended in pages and sessions is read as one, from segments that are no larger than they may be', (t) => {
  const root = temporaryFolder(t)
  let run = 0
  const property = fc.property(sessions, fc.integer({ min: 1, max: 500 }), (all, limit) => {
    const folder = join(root, String(run++))
    let segments: readonly ArchivedSegment[] = []
    let lastRecord: string | null = null
    for (const pages of all) {
      const after = write(folder, segments, pages, limit)
      segments = after.segments
      lastRecord = after.lastRecord ?? lastRecord
    }
    const records = all.flat(2)
    t.deepEqual(read(folder, segments), records.map(plain))
    t.is(assertWholeSegments(folder, segments, limit), null)
    t.is(lastRecord, records.length === 0 ? null : sha256(frameRecord(records.at(-1)!)))
    t.is(segments.at(-1)?.end, records.length === 0 ? undefined : records.at(-1)!.offset + 1)
    const bases = segments.map(({ base }) => base)
    t.deepEqual(
      bases,
      segments.map(({ file }) => Number.parseInt(file, 10)),
    )
  })
  fc.assert(property, { numRuns: propertyRuns(60) })
})

test('a segment that is full to the byte takes no more, and one byte below it does', (t) => {
  const records = logRecords(0, 3)
  const bytes = frameBytes(records.slice(0, 2))
  for (const [limit, segments] of [
    [bytes, 2],
    [bytes - 1, 3],
    [frameBytes(records), 1],
  ] as const) {
    const folder = temporaryFolder(t)
    t.is(write(folder, [], [records], limit).segments.length, segments)
    const other = temporaryFolder(t)
    const one = write(other, [], [records.slice(0, 1)], limit).segments
    t.is(write(other, one, [records.slice(1)], limit).segments.length, segments)
  }
})

test('a full segment stays as it is for ever', (t) => {
  const folder = temporaryFolder(t)
  const before = write(folder, [], [logRecords(0, 6)], 150).segments
  const after = write(folder, before, [logRecords(6, 12)], 150).segments
  t.true(before.length > 2)
  t.deepEqual(after.slice(0, before.length - 1), before.slice(0, -1))
  const unused = write(folder, after, [], 150)
  t.deepEqual(unused, { segments: after, lastRecord: null })
})

test('names of segments sort by offset, with the mark of their writer behind it', (t) => {
  const folder = temporaryFolder(t)
  const writer = new SegmentWriter(folder, [], { bytes: 1, mark: '-7' })
  writer.append([9, 10, Number.MAX_SAFE_INTEGER].map((offset) => framed(logRecord(offset))))
  const { segments } = writer.sync()
  writer.close()
  const files = segments.map(({ file }) => file)
  t.deepEqual(files, [
    '00000000000000000009-7.records',
    '00000000000000000010-7.records',
    '00009007199254740991-7.records',
  ])
  t.deepEqual(files.toSorted(), files)
})

test('nothing is on disk before there is something to append', (t) => {
  const folder = join(temporaryFolder(t), 'none')
  t.deepEqual(write(folder, [], [[]], 100), { segments: [], lastRecord: null })
  t.false(existsSync(folder))
})

test('what a round that was cut short left is not read, and is cut off by the next one', (t) => {
  const root = temporaryFolder(t)
  let run = 0
  const counts = fc.tuple(fc.nat(8), fc.integer({ min: 1, max: 8 }), fc.nat(6))
  const property = fc.property(counts, fc.integer({ min: 1, max: 500 }), ([before, lost, more], limit) => {
    const folder = join(root, String(run++))
    const records = logRecords(0, before + lost + more)
    const { segments } = write(folder, [], [records.slice(0, before)], limit)
    write(folder, segments, [records.slice(before, before + lost)], limit)
    t.deepEqual(read(folder, segments), records.slice(0, before).map(plain))
    // The log holds what the lost round had read, and may hold more.
    const after = write(folder, segments, [records.slice(before)], limit).segments
    t.deepEqual(read(folder, after), records.map(plain))
    t.is(assertWholeSegments(folder, after, limit), null)
  })
  fc.assert(property, { numRuns: propertyRuns(80) })
})

test('half a record that was left behind is cut off, however short the next one is', (t) => {
  const folder = temporaryFolder(t)
  const { segments } = write(folder, [], [logRecords(0, 2)], 1_000)
  appendFileSync(join(folder, segments[0]!.file), Buffer.alloc(500, 7))
  const after = write(folder, segments, [[logRecord(2)]], 1_000).segments
  t.is(assertWholeSegments(folder, after, 1_000), null)
  t.deepEqual(read(folder, after), logRecords(0, 3).map(plain))
})

test('what was left behind a segment is cut off also when the next record begins another one', (t) => {
  const folder = temporaryFolder(t)
  const { segments } = write(folder, [], [logRecords(0, 2)], 300)
  write(folder, segments, [[logRecord(2)]], 300)
  const large = logRecord(3, { value: Buffer.alloc(300) })
  const after = write(folder, segments, [[large]], 300).segments
  t.is(assertWholeSegments(folder, after, 300), null)
  t.deepEqual(read(folder, after), [...logRecords(0, 2), large].map(plain))
})

test('a file that is shorter than what was archived is refused, and is not extended', (t) => {
  for (const next of [logRecord(2), logRecord(2, { value: Buffer.alloc(2_000) })]) {
    const folder = temporaryFolder(t)
    const { segments } = write(folder, [], [logRecords(0, 2)], 1_000)
    const { file, bytes } = segments[0]!
    truncateSync(join(folder, file), bytes - 1)
    const error = t.throws(() => write(folder, segments, [[next]], 1_000), { name: 'ArchiveError' })
    t.true(error.message.startsWith(`${join(folder, file)} has ${bytes - 1} bytes, and ${bytes} were archived`))
    t.is(statSync(join(folder, file)).size, bytes - 1)
    t.deepEqual(readdirSync(folder), [file])
  }
})

test('a file that is gone is refused with its name, and is not begun anew', (t) => {
  for (const next of [logRecord(2), logRecord(2, { value: Buffer.alloc(2_000) })]) {
    const folder = temporaryFolder(t)
    const { segments } = write(folder, [], [logRecords(0, 2)], 1_000)
    const path = join(folder, segments[0]!.file)
    rmSync(path)
    const error = t.throws(() => write(folder, segments, [[next]], 1_000), { name: 'ArchiveError' })
    t.true(error.message.startsWith(path), error.message)
    t.deepEqual(readdirSync(folder), [])
  }
})
