import type { LogRecord } from '../../projections/ports/log-reader.ts'
import type { ArchivedPartition, ArchivedSegment } from './archive-manifest.ts'
import { readSegments } from './read-segments.ts'
import { frameRecord, logRecordOfFrame } from './record-frame.ts'
import { type FramedRecord, SegmentWriter } from './segment-writer.ts'

/**
 * The segments of a compacted topic. What has a key of its own is appended. What overwrites a record makes all of them be written
 * anew without it: a destroyed data key leaves the archive in the round that brings the mark.
 */
export class CompactedSegments {
  /** Record keys that are archived; `null`: not read yet. */
  #keys: Set<string> | null = null

  async add(
    folder: string,
    archived: ArchivedPartition,
    pages: AsyncIterable<readonly LogRecord[]>,
  ): Promise<ArchivedPartition> {
    const fresh: LogRecord[] = []
    for await (const page of pages) fresh.push(...page)
    if (fresh.length === 0) return archived
    const known = this.#keys ?? keysOf(folder, archived.segments)
    this.#keys = known
    const before = known.size
    const isOverwriting = fresh.some((record) => known.has(keyText(record)))
    for (const record of fresh) known.add(keyText(record))
    const isTwiceInIt = known.size < before + fresh.length
    return isOverwriting || isTwiceInIt ? writeAnew(folder, archived, fresh) : append(folder, archived, fresh)
  }
}

const append = (folder: string, archived: ArchivedPartition, fresh: readonly LogRecord[]): ArchivedPartition =>
  written(new SegmentWriter(folder, archived.segments), fresh.map(framed), archived)

function writeAnew(folder: string, archived: ArchivedPartition, fresh: readonly LogRecord[]): ArchivedPartition {
  const last = new Map<string, LogRecord>()
  for (const record of readSegments(folder, archived.segments)) {
    const whole = logRecordOfFrame(0, record)
    last.set(keyText(whole), whole)
  }
  for (const record of fresh) last.set(keyText(record), record)
  const records = [...last.values()].sort((a, b) => a.offset - b.offset).map(framed)
  const mark = `-${1 + archived.segments.reduce((most, segment) => Math.max(most, markOf(segment)), 0)}`
  return written(new SegmentWriter(folder, [], { mark }), records, archived)
}

function written(
  writer: SegmentWriter,
  records: readonly FramedRecord[],
  archived: ArchivedPartition,
): ArchivedPartition {
  try {
    writer.append(records)
    const { segments, lastRecord } = writer.sync()
    return { ...archived, segments, lastRecord }
  } finally {
    writer.close()
  }
}

const framed = (record: LogRecord): FramedRecord => ({ offset: record.offset, frame: frameRecord(record) })
const keyText = ({ key }: LogRecord): string => Buffer.from(key).toString('base64')

function keysOf(folder: string, segments: readonly ArchivedSegment[]): Set<string> {
  const keys = new Set<string>()
  for (const record of readSegments(folder, segments)) keys.add(keyText(logRecordOfFrame(0, record)))
  return keys
}

/** How often the segments were written anew before this one was begun. */
const markOf = ({ file }: ArchivedSegment): number => Number(/-(\d+)\./.exec(file)?.[1] ?? 0)
