import type { LogRecord } from '../../projections/ports/log-reader.ts'
import type { ArchivedPartition, ArchivedSegment } from './archive-manifest.ts'
import { readSegments } from './read-segments.ts'
import { type ArchivedRecord, frameRecord } from './record-frame.ts'
import { rewriteSegments } from './rewrite-segments.ts'
import { SegmentWriter } from './segment-writer.ts'

/**
 * The segments of a compacted topic. What has a key of its own is appended. What overwrites a record makes all of them be written
 * anew without it: a destroyed data key leaves the archive in the round that brings the mark. Keys are held in memory, records are not.
 */
export class CompactedSegments {
  /** Record keys that are archived; `null`: not read yet. A round that failed may leave more in it: then segments are written anew for nothing. */
  #keys: Set<string> | null = null

  async add(
    folder: string,
    archived: ArchivedPartition,
    pages: AsyncIterable<readonly LogRecord[]>,
  ): Promise<ArchivedPartition> {
    const writer = new SegmentWriter(folder, archived.segments)
    let isOverwriting = false
    try {
      for await (const page of pages) {
        const known = this.#keys ?? keysOf(folder, archived.segments)
        this.#keys = known
        for (const { key } of page) {
          const text = keyText(key)
          isOverwriting ||= known.has(text)
          known.add(text)
        }
        writer.append(page.map((record) => ({ offset: record.offset, frame: frameRecord(record) })))
      }
      const { segments, lastRecord } = writer.sync()
      const appended = { ...archived, segments, lastRecord: lastRecord ?? archived.lastRecord }
      return isOverwriting ? { ...appended, segments: withoutOverwritten(folder, segments) } : appended
    } finally {
      writer.close()
    }
  }
}

/** Only the last record of each key. The very last record is among them, so the archive ends where it did. */
function withoutOverwritten(folder: string, segments: readonly ArchivedSegment[]): readonly ArchivedSegment[] {
  const last = new Map<string, number>()
  for (const record of readSegments(folder, segments)) last.set(keyText(keyOf(record)), record.offset)
  return rewriteSegments(folder, segments, (record) => last.get(keyText(keyOf(record))) === record.offset)
}

function keysOf(folder: string, segments: readonly ArchivedSegment[]): Set<string> {
  const keys = new Set<string>()
  for (const record of readSegments(folder, segments)) keys.add(keyText(keyOf(record)))
  return keys
}

const keyOf = ({ bytes, from, keyLength }: ArchivedRecord): Uint8Array => bytes.subarray(from, from + keyLength)
const keyText = (key: Uint8Array): string => Buffer.from(key).toString('base64')
