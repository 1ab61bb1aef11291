import type { ArchivedSegment } from './archive-manifest.ts'
import { readSegments } from './read-segments.ts'
import { type ArchivedRecord, framedBytes } from './record-frame.ts'
import { closedSegment, type FramedRecord, SegmentWriter } from './segment-writer.ts'

const RUN_BYTES = 4 << 20

/**
 * Writes a segment anew, beside the one that is there, with the records that are kept; it does not count before the manifest says
 * so. It stays the one that is appended to, or the one that never is again. `null`: none is kept.
 */
export function rewriteSegment(
  folder: string,
  segment: ArchivedSegment,
  isKept: (record: ArchivedRecord) => boolean,
): ArchivedSegment | null {
  const writer = new SegmentWriter(folder, [], { bytes: Number.POSITIVE_INFINITY, mark: `-${1 + markOf(segment)}` })
  try {
    let run: FramedRecord[] = []
    let bytes = 0
    for (const record of readSegments(folder, [segment])) {
      if (!isKept(record)) continue
      const frame = framedBytes(record)
      run.push({ offset: record.offset, frame })
      bytes += frame.length
      if (bytes < RUN_BYTES) continue
      writer.append(run)
      run = []
      bytes = 0
    }
    writer.append(run)
    const [anew] = writer.sync().segments
    if (anew === undefined) return null
    return segment.sha256 === null ? anew : closedSegment(folder, anew)
  } finally {
    writer.close()
  }
}

/** How often it was written anew. */
const markOf = ({ file }: ArchivedSegment): number => Number(/-(\d+)\./.exec(file)?.[1] ?? 0)
