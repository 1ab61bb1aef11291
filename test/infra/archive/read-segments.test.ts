import {
  appendFileSync,
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { ArchiveError } from '../../../infra/archive/archive-error.ts'
import type { ArchivedSegment } from '../../../infra/archive/archive-manifest.ts'
import { readSegments } from '../../../infra/archive/read-segments.ts'
import { frameRecord } from '../../../infra/archive/record-frame.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { logRecord, logRecords, plain } from './log-records.ts'
import { read, write } from './segments-on-disk.ts'

interface Partition {
  readonly folder: string
  readonly segments: readonly ArchivedSegment[]
}

const RECORDS = logRecords(10, 20)

/** Segments of four records each, all records being as long as each other; of two in the newest. */
function smallPartition(t: ExecutionContext): Partition {
  const folder = temporaryFolder(t)
  return { folder, segments: write(folder, [], [RECORDS], 4 * frameRecord(RECORDS[0]!).length).segments }
}

/** Whether reading says that this file is at fault; what it says otherwise. */
function blamed({ folder, segments }: Partition, file: string): true | string {
  try {
    read(folder, segments)
    return 'nothing is found'
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error
    return error.message.startsWith(`${join(folder, file)} is `) || error.message
  }
}

function assertDamaged(t: ExecutionContext, partition: Partition, file: string, what: string): void {
  t.is(blamed(partition, file), true, what)
}

const changed = (
  { folder, segments }: Partition,
  at: number,
  change: (segment: ArchivedSegment) => ArchivedSegment,
) => ({
  folder,
  segments: segments.with(at, change(segments.at(at)!)),
})

test('whichever byte of a partition is another one, its file is named', (t) => {
  const partition = smallPartition(t)
  t.deepEqual(
    partition.segments.map(({ records, sha256 }) => [records, sha256 === null]),
    [
      [4, false],
      [4, false],
      [2, true],
    ],
  )
  for (const { file, bytes } of partition.segments) {
    const handle = openSync(join(partition.folder, file), 'r+')
    const sound = readFileSync(handle)
    const missed: unknown[] = []
    for (let at = 0; at < bytes; at++) {
      for (const flips of [0x01, 0x80, 0xff]) {
        writeSync(handle, Buffer.of(sound[at]! ^ flips), 0, 1, at)
        const blame = blamed(partition, file)
        if (blame !== true) missed.push({ at, flips, blame })
      }
      writeSync(handle, sound, at, 1, at)
    }
    closeSync(handle)
    t.deepEqual(missed, [], file)
  }
  t.deepEqual(read(partition.folder, partition.segments), RECORDS.map(plain))
})

test('a segment that is cut short anywhere is damaged there', (t) => {
  const partition = smallPartition(t)
  const record = frameRecord(RECORDS[0]!).length
  for (const { file, bytes } of partition.segments) {
    const path = join(partition.folder, file)
    const sound = readFileSync(path)
    for (let length = bytes - 1; length >= 0; length--) {
      truncateSync(path, length)
      const at = length - (length % record)
      const message = `${path} is damaged at byte ${at}: it ends there, and ${bytes} bytes were archived`
      t.throws(() => read(partition.folder, partition.segments), { name: 'ArchiveError', message })
    }
    writeFileSync(path, sound)
  }
})

test('a segment that is missing is named', (t) => {
  for (const i of [0, 1, 2]) {
    const partition = smallPartition(t)
    const { file } = partition.segments[i]!
    rmSync(join(partition.folder, file))
    assertDamaged(t, partition, file, file)
  }
})

test('segments that took the place of each other are found', (t) => {
  for (const [one, other] of [
    [0, 1],
    [1, 2],
    [0, 2],
  ] as const) {
    const partition = smallPartition(t)
    const path = (i: number): string => join(partition.folder, partition.segments[i]!.file)
    renameSync(path(one), join(partition.folder, 'aside'))
    renameSync(path(other), path(one))
    renameSync(join(partition.folder, 'aside'), path(other))
    assertDamaged(t, partition, partition.segments[one]!.file, `${one} and ${other}`)
  }
})

test('what stands behind the archived bytes of a file is not read', (t) => {
  const { folder, segments } = smallPartition(t)
  for (const { file } of segments) appendFileSync(join(folder, file), frameRecord(logRecord(99)))
  t.deepEqual(read(folder, segments), RECORDS.map(plain))
})

test('a segment has to hold what the manifest says of it', (t) => {
  const partition = smallPartition(t)
  const [first, second, newest] = partition.segments.map(({ file }) => file)
  const record = frameRecord(RECORDS[0]!).length
  const cases: ReadonlyArray<readonly [number, string, (segment: ArchivedSegment) => ArchivedSegment]> = [
    [0, first!, (one) => ({ ...one, records: one.records + 1 })],
    [2, newest!, (one) => ({ ...one, records: one.records - 1 })],
    [0, first!, (one) => ({ ...one, sha256: partition.segments[1]!.sha256 })],
    [1, second!, (one) => ({ ...one, end: one.end + 1 })],
    [2, newest!, (one) => ({ ...one, end: one.end - 1 })],
    [2, newest!, (one) => ({ ...one, bytes: one.bytes - 1 })],
    [2, newest!, (one) => ({ ...one, bytes: one.bytes - 1, records: one.records - 1, end: one.end - 1 })],
    [2, newest!, (one) => ({ ...one, bytes: one.bytes - record })],
    [2, newest!, (one) => ({ ...one, bytes: one.bytes - record, records: one.records - 1 })],
    [2, newest!, (one) => ({ ...one, bytes: 0, records: 0 })],
  ]
  for (const [at, file, change] of cases) assertDamaged(t, changed(partition, at, change), file, String(change))
})

test('records that go back are damage', (t) => {
  const { folder, segments } = smallPartition(t)
  const [first, second] = segments
  assertDamaged(t, { folder, segments: [first!, first!] }, first!.file, 'twice')
  assertDamaged(t, { folder, segments: [second!, first!] }, first!.file, 'exchanged')
  const within = temporaryFolder(t)
  const twice = write(within, [], [[RECORDS[0]!, RECORDS[0]!]], 1_000).segments
  assertDamaged(t, { folder: within, segments: twice }, twice[0]!.file, 'within a segment')
})

test('the place of the damage is said', (t) => {
  const { folder, segments } = smallPartition(t)
  const path = join(folder, segments[1]!.file)
  const record = frameRecord(RECORDS[0]!).length
  const bytes = readFileSync(path)
  bytes[2 * record + 30]! ^= 1
  writeFileSync(path, bytes)
  const found: number[] = []
  const error = t.throws(() => {
    for (const { offset } of readSegments(folder, segments)) found.push(offset)
  })
  t.is(error.message, `${path} is damaged at byte ${2 * record}: a record that its checksum denies`)
  t.deepEqual(found, [10, 11, 12, 13, 14, 15])
})

test('records that lie across the pieces in which a file is read are whole', (t) => {
  const folder = temporaryFolder(t)
  const records = Array.from({ length: 6 }, (_, i) => logRecord(i, { value: Buffer.alloc(3 << 20, i + 1) }))
  const { segments } = write(folder, [], [records], 64 << 20)
  t.is(segments.length, 1)
  t.deepEqual(read(folder, segments), records.map(plain))
  const path = join(folder, segments[0]!.file)
  const bytes = readFileSync(path)
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(path, bytes)
  const at = 5 * (bytes.length / 6)
  t.throws(() => read(folder, segments), {
    message: `${path} is damaged at byte ${at}: a record that its checksum denies`,
  })
})
