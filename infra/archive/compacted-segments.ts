import { setImmediate as otherWork } from 'node:timers/promises'
import type { LogRecord } from '../../projections/ports/log-reader.ts'
import type { ArchivedPartition, ArchivedSegment } from './archive-manifest.ts'
import { readSegments } from './read-segments.ts'
import { type ArchivedRecord, frameRecord } from './record-frame.ts'
import { rewriteSegment } from './rewrite-segment.ts'
import { SegmentWriter } from './segment-writer.ts'

/**
 * The segments of a compacted topic. Records are appended. A segment that holds one which another overwrites is written anew without it:
 * a destroyed data key leaves the archive in the round that brings the mark. Keys are held in memory, records are not.
 */
export class CompactedSegments {
  /** Where the record of each key stands in these segments: a round that did not come into the manifest is not followed by these. */
  #known: { readonly segments: readonly ArchivedSegment[]; readonly offsets: Map<string, number> } | null = null

  async add(
    folder: string,
    archived: ArchivedPartition,
    pages: AsyncIterable<readonly LogRecord[]>,
  ): Promise<ArchivedPartition> {
    const isKnown = this.#known?.segments === archived.segments
    const offsets = isKnown ? this.#known!.offsets : offsetsIn(folder, archived.segments)
    this.#known = null
    const overwritten = new Set<number>()
    const writer = new SegmentWriter(folder, archived.segments)
    try {
      for await (const page of pages) {
        for (const { key, offset } of page) {
          const text = keyText(key)
          const before = offsets.get(text)
          if (before !== undefined) overwritten.add(before)
          offsets.set(text, offset)
        }
        writer.append(page.map((record) => ({ offset: record.offset, frame: frameRecord(record) })))
      }
      const { segments, lastRecord } = writer.sync()
      const kept = await without(folder, segments, overwritten)
      this.#known = { segments: kept, offsets }
      return { ...archived, segments: kept, lastRecord: lastRecord ?? archived.lastRecord }
    } finally {
      writer.close()
    }
  }
}

/** The very last record overwrites, and is never overwritten: the archive ends where it did. */
async function without(
  folder: string,
  segments: readonly ArchivedSegment[],
  overwritten: ReadonlySet<number>,
): Promise<readonly ArchivedSegment[]> {
  const gone = [...overwritten]
  const kept: ArchivedSegment[] = []
  for (const segment of segments) {
    const isTouched = gone.some((offset) => offset >= segment.base && offset < segment.end)
    const anew = isTouched ? rewriteSegment(folder, segment, ({ offset }) => !overwritten.has(offset)) : segment
    if (anew !== null) kept.push(anew)
    if (isTouched) await otherWork()
  }
  return kept
}

function offsetsIn(folder: string, segments: readonly ArchivedSegment[]): Map<string, number> {
  const offsets = new Map<string, number>()
  for (const record of readSegments(folder, segments)) offsets.set(keyText(keyOf(record)), record.offset)
  return offsets
}

const keyOf = ({ bytes, from, keyLength }: ArchivedRecord): Uint8Array => bytes.subarray(from, from + keyLength)
const keyText = (key: Uint8Array): string => Buffer.from(key).toString('base64')
