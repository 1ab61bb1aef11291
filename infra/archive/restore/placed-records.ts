import type { LogRecord } from '../../../projections/ports/log-reader.ts'
import type { ArchivedPartition } from '../archive-manifest.ts'
import { readSegments } from '../read-segments.ts'
import { logRecordOfFrame } from '../record-frame.ts'

/** What has to stand at an offset. `isFiller`: nothing did, and a record without key and value keeps the place. */
export interface PlacedRecord extends LogRecord {
  readonly isFiller: boolean
}

const NOTHING = new Uint8Array()

/**
 * Every offset of a partition from 0 to the end of the archive, each with what has to stand there: brokers number what is appended from
 * 0 and without gaps, so what was trimmed or compacted needs something in its place.
 */
export function* placedRecords(
  folder: string,
  partition: number,
  archived: ArchivedPartition,
): Generator<PlacedRecord> {
  let next = 0
  let lastTime = 0
  for (const frame of readSegments(folder, archived.segments)) {
    lastTime = frame.timestamp
    if (frame.offset < archived.start) continue
    const record = logRecordOfFrame(partition, frame)
    for (; next < record.offset; next++) yield filler(partition, next, record.timestamp)
    yield { ...record, isFiller: false }
    next = record.offset + 1
  }
  // All of it was trimmed.
  for (; next < archived.start; next++) yield filler(partition, next, lastTime)
}

/** Its time is that of the record behind it, so that times go on in order. */
const filler = (partition: number, offset: number, timestamp: number): PlacedRecord => ({
  ...{ partition, offset, timestamp, key: NOTHING, value: NOTHING, headers: {}, isFiller: true },
})
