import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ArchivedSegment } from '../../../infra/archive/archive-manifest.ts'
import { readSegments } from '../../../infra/archive/read-segments.ts'
import { logRecordOfFrame } from '../../../infra/archive/record-frame.ts'
import { SegmentWriter } from '../../../infra/archive/segment-writer.ts'
import type { LogRecord } from '../../../projections/ports/log-reader.ts'
import { framed, plain } from './log-records.ts'

/** One session of a writer: what the manifest would say behind it. */
export function write(
  folder: string,
  before: readonly ArchivedSegment[],
  pages: ReadonlyArray<readonly LogRecord[]>,
  bytes: number,
): ReturnType<SegmentWriter['sync']> {
  const writer = new SegmentWriter(folder, before, { bytes })
  try {
    for (const page of pages) writer.append(page.map(framed))
    return writer.sync()
  } finally {
    writer.close()
  }
}

export const read = (folder: string, segments: readonly ArchivedSegment[]) =>
  [...readSegments(folder, segments)].map((record) => plain(logRecordOfFrame(0, record)))

export const bytesOf = (folder: string, { file }: ArchivedSegment): Buffer => readFileSync(join(folder, file))
