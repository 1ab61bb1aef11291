import type { ArchivedSegment } from './archive-manifest.ts'
import { readSegments } from './read-segments.ts'
import { type ArchivedRecord, framedBytes } from './record-frame.ts'
import { type FramedRecord, SegmentWriter } from './segment-writer.ts'

const RUN_BYTES = 4 << 20

/** Writes segments anew, beside those that are there, with the records that are kept: none of them counts before the manifest says so. */
export function rewriteSegments(
  folder: string,
  segments: readonly ArchivedSegment[],
  isKept: (record: ArchivedRecord) => boolean,
): readonly ArchivedSegment[] {
  const mark = `-${1 + segments.reduce((most, segment) => Math.max(most, markOf(segment)), 0)}`
  const writer = new SegmentWriter(folder, [], { mark })
  try {
    let run: FramedRecord[] = []
    let bytes = 0
    for (const record of readSegments(folder, segments)) {
      if (!isKept(record)) continue
      const frame = framedBytes(record)
      run.push({ offset: record.offset, frame })
      bytes += frame.length
      if (bytes < RUN_BYTES) continue
      writer.append(run)
      run = []
      bytes = 0
    }
    if (run.length > 0) writer.append(run)
    return writer.sync().segments
  } finally {
    writer.close()
  }
}

/** How often segments were written anew before this one was begun. */
const markOf = ({ file }: ArchivedSegment): number => Number(/-(\d+)\./.exec(file)?.[1] ?? 0)
