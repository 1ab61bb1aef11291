import { createHash } from 'node:crypto'
import { closeSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { ArchiveError } from './archive-error.ts'
import type { ArchivedSegment } from './archive-manifest.ts'
import { openSegment } from './open-segment.ts'
import { type ArchivedRecord, unframeRecord } from './record-frame.ts'

const CHUNK_BYTES = 8 << 20

/**
 * The records of a partition, in order, as far as the manifest tells of them; each one's checksum, the order of offsets, and size,
 * count and hash of every segment are looked at on the way. Throws an {@link ArchiveError} that names the file at fault.
 */
export function* readSegments(folder: string, segments: readonly ArchivedSegment[]): Generator<ArchivedRecord> {
  let next = 0
  for (const segment of segments) {
    const path = join(folder, segment.file)
    for (const record of readSegment(path, segment)) {
      if (record.offset < next) throw new ArchiveError(`${path} is damaged: offset ${record.offset} behind ${next - 1}`)
      next = record.offset + 1
      yield record
    }
    if (next !== segment.end)
      throw new ArchiveError(`${path} is damaged: it ends before offset ${next}, not ${segment.end}`)
  }
}

function* readSegment(path: string, segment: ArchivedSegment): Generator<ArchivedRecord> {
  const hash = segment.sha256 === null ? null : createHash('sha256')
  const file = openSegment(path, 'r')
  try {
    let records = 0
    let rest = Buffer.alloc(0)
    for (let read = 0; read < segment.bytes; ) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, segment.bytes - read))
      const count = readSync(file, chunk, 0, chunk.length, read)
      if (count === 0)
        throw damaged(path, read - rest.length, `it ends there, and ${segment.bytes} bytes were archived`)
      const fresh = chunk.subarray(0, count)
      hash?.update(fresh)
      read += count
      const bytes = rest.length === 0 ? fresh : Buffer.concat([rest, fresh])
      let at = 0
      for (;;) {
        const found = unframeRecord(bytes, at)
        if ('damage' in found) throw damaged(path, read - bytes.length + at, found.damage)
        if ('short' in found) break
        at = found.end
        records++
        yield found.record
      }
      rest = bytes.subarray(at)
    }
    if (rest.length > 0) throw damaged(path, segment.bytes - rest.length, 'half a record')
    if (records !== segment.records) {
      throw new ArchiveError(`${path} is damaged: it holds ${records} records, not ${segment.records}`)
    }
    if (hash !== null && hash.digest('hex') !== segment.sha256) {
      throw new ArchiveError(`${path} is damaged: its SHA-256 is not the one that was archived`)
    }
  } finally {
    closeSync(file)
  }
}

const damaged = (path: string, at: number, what: string): ArchiveError =>
  new ArchiveError(`${path} is damaged at byte ${at}: ${what}`)
