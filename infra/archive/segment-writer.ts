import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { syncFile } from '../sqlite/data-dir/sync-file.ts'
import { ArchiveError } from './archive-error.ts'
import { type ArchivedPartition, type ArchivedSegment, SEGMENT_ENDING } from './archive-manifest.ts'
import { openSegment } from './open-segment.ts'

/** Large enough that a year of a busy log is some thousand files, small enough that a copy elsewhere is never far behind. */
const SEGMENT_BYTES = 64 << 20
const OFFSET_DIGITS = 20

/** A record in its frame. */
export interface FramedRecord {
  readonly offset: number
  readonly frame: Buffer
}

/**
 * Appends to the newest segment of a partition, and begins another one when it is full. What the manifest does not tell of, what a
 * round that was cut short left, is cut off when its segment is opened. Nothing counts before {@link SegmentWriter.sync}.
 */
export class SegmentWriter {
  readonly #folder: string
  readonly #closed: ArchivedSegment[]
  readonly #segmentBytes: number
  readonly #mark: string
  #open: ArchivedSegment | null
  #file: number | null = null
  #last: Buffer | null = null

  /** `segments`: of the manifest. `bytes`: of a full one. `mark`: in the names of those that it begins. */
  constructor(
    folder: string,
    segments: readonly ArchivedSegment[],
    { bytes = SEGMENT_BYTES, mark = '' }: { readonly bytes?: number; readonly mark?: string } = {},
  ) {
    this.#folder = folder
    this.#segmentBytes = bytes
    this.#mark = mark
    const newest = segments.at(-1)
    this.#open = newest !== undefined && newest.sha256 === null ? newest : null
    this.#closed = segments.slice(0, this.#open === null ? undefined : -1)
  }

  append(records: readonly FramedRecord[]): void {
    for (const run of this.#runs(records)) this.#write(run)
  }

  /** Waits until everything is on disk. Then what it returns may stand in the manifest. */
  sync(): Pick<ArchivedPartition, 'segments'> & { readonly lastRecord: string | null } {
    if (this.#file !== null) fsyncSync(this.#file)
    const segments = this.#open === null ? [...this.#closed] : [...this.#closed, this.#open]
    const lastRecord = this.#last === null ? null : createHash('sha256').update(this.#last).digest('hex')
    return { segments, lastRecord }
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }

  /** Pieces that lie in one segment each. */
  *#runs(records: readonly FramedRecord[]): Generator<readonly FramedRecord[]> {
    let run: FramedRecord[] = []
    let bytes = this.#open?.bytes ?? 0
    for (const record of records) {
      if (bytes > 0 && bytes + record.frame.length > this.#segmentBytes) {
        if (run.length > 0) yield run
        this.#closeSegment()
        run = []
        bytes = 0
      }
      run.push(record)
      bytes += record.frame.length
    }
    if (run.length > 0) yield run
  }

  #write(run: readonly FramedRecord[]): void {
    const base = run[0]!.offset
    this.#open ??= { file: segmentName(base, this.#mark), base, end: base, records: 0, bytes: 0, sha256: null }
    this.#file ??= this.#openFile(this.#open)
    const bytes = Buffer.concat(run.map(({ frame }) => frame))
    for (let at = 0; at < bytes.length; )
      at += writeSync(this.#file, bytes, at, bytes.length - at, this.#open.bytes + at)
    const last = run.at(-1)!
    this.#last = last.frame
    this.#open = {
      ...this.#open,
      end: last.offset + 1,
      records: this.#open.records + run.length,
      bytes: this.#open.bytes + bytes.length,
    }
  }

  #openFile({ file, bytes }: ArchivedSegment): number {
    if (!existsSync(this.#folder)) makeFolder(this.#folder)
    const path = join(this.#folder, file)
    const handle = bytes === 0 ? openSync(path, 'w+', 0o600) : openSegment(path, 'r+')
    try {
      const { size } = fstatSync(handle)
      if (size < bytes) throw shorter(path, size, bytes)
      ftruncateSync(handle, bytes)
      syncFile(this.#folder)
      return handle
    } catch (error) {
      closeSync(handle)
      throw error
    }
  }

  /** Full: it is never written again, so that copies of it elsewhere may be compared by its hash. */
  #closeSegment(): void {
    if (this.#open === null) return
    // Opened also where nothing is added to it, which cuts off what a round left there.
    this.#file ??= this.#openFile(this.#open)
    fsyncSync(this.#file)
    this.close()
    this.#closed.push(closedSegment(this.#folder, this.#open))
    this.#open = null
  }
}

/** Of a partition, and of its topic: their names are on disk when this returns. */
function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const topic = dirname(folder)
  for (const parent of [topic, dirname(topic)]) syncFile(parent)
}

/** With its hash. */
export function closedSegment(folder: string, segment: ArchivedSegment): ArchivedSegment {
  const path = join(folder, segment.file)
  const bytes = readFileSync(path)
  if (bytes.length !== segment.bytes) throw shorter(path, bytes.length, segment.bytes)
  return { ...segment, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** Sorts by offset. */
const segmentName = (base: number, mark: string): string =>
  `${String(base).padStart(OFFSET_DIGITS, '0')}${mark}${SEGMENT_ENDING}`

const shorter = (path: string, found: number, archived: number): ArchiveError =>
  new ArchiveError(
    `${path} has ${found} bytes, and ${archived} were archived: take it from another copy of the archive`,
  )
