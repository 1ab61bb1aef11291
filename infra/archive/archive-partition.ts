import { createHash } from 'node:crypto'
import type { LogRecord } from '../../projections/ports/log-reader.ts'
import type { KafkaLogReader } from '../kafka/kafka-log-reader.ts'
import { ArchiveError } from './archive-error.ts'
import { type ArchivedPartition, endOf } from './archive-manifest.ts'
import type { ArchivedTopic } from './archived-topics.ts'
import { frameRecord } from './record-frame.ts'

const PAGE = { records: 10_000, bytes: 8 << 20 } as const

export interface PartitionSource {
  readonly topic: ArchivedTopic
  readonly partition: number
  readonly reader: Pick<KafkaLogReader, 'read' | 'start'>
  /** Offset behind what this round takes in. */
  readonly end: number
}

/**
 * What the log has behind the archived part of a partition, page by page. Throws an {@link ArchiveError} where the log is not the one
 * that was archived, or lacks what was not archived yet.
 */
export async function* newRecords(
  source: PartitionSource,
  archived: ArchivedPartition,
): AsyncGenerator<readonly LogRecord[]> {
  const { topic, partition, reader, end } = source
  const start = await reader.start(partition)
  const archivedEnd = endOf(archived)
  if (start > archivedEnd && topic.kind === 'whole') throw lacking(source, archivedEnd, start)
  await assertSameLog(source, archived, start)
  for (let next = Math.max(start, archivedEnd); next < end; ) {
    const page = await reader.read(partition, next, PAGE)
    const records = page.filter(({ offset }) => offset < end)
    const [first] = records
    // Offsets of a compacted topic have gaps, also at its end.
    if (first === undefined) {
      if (topic.kind === 'compacted') return
      throw lacking(source, next, end)
    }
    if (topic.kind !== 'compacted') assertNoGap(source, next, records)
    yield records
    next = records.at(-1)!.offset + 1
  }
}

/** Where another log, or an older copy of it, took the place of the one that was archived, going on would mix the two. */
async function assertSameLog(
  { topic, partition, reader, end }: PartitionSource,
  archived: ArchivedPartition,
  start: number,
): Promise<void> {
  const archivedEnd = endOf(archived)
  const last = archivedEnd - 1
  if (archived.lastRecord === null) return
  if (end < archivedEnd) throw otherLog(topic, partition, `ends at offset ${end}, and ${archivedEnd} are archived`)
  if (last < start) return
  const [found] = await reader.read(partition, last, { records: 1, bytes: 1 })
  if (found?.offset === last && recordHash(found) === archived.lastRecord) return
  // Overwritten since, and compacted.
  if (topic.kind === 'compacted' && found?.offset !== last) return
  throw otherLog(topic, partition, `holds another record at offset ${last} than was archived`)
}

export const recordHash = (record: LogRecord): string => createHash('sha256').update(frameRecord(record)).digest('hex')

function assertNoGap(source: PartitionSource, from: number, records: readonly LogRecord[]): void {
  for (const [i, { offset }] of records.entries()) {
    if (offset !== from + i) throw lacking(source, from + i, offset)
  }
}

const lacking = ({ topic, partition }: PartitionSource, from: number, to: number): ArchiveError =>
  new ArchiveError(`${topic.name} partition ${partition} lacks offsets ${from} to ${to - 1}, which are not archived`)

const otherLog = ({ name }: ArchivedTopic, partition: number, what: string): ArchiveError =>
  new ArchiveError(
    `${name} partition ${partition} ${what}: it is another log, or an older copy. Archive it into another folder, and keep this one: it has what the log lacks`,
  )
