import type { LogRecord } from '../../../projections/ports/log-reader.ts'
import type { KafkaLogReader } from '../../kafka/kafka-log-reader.ts'
import type { KafkaLogWriter } from '../../kafka/kafka-log-writer.ts'
import { ArchiveError } from '../archive-error.ts'
import type { ArchivedTopic } from '../archived-topics.ts'
import type { PlacedRecord } from './placed-records.ts'

const PAGE = { records: 10_000, bytes: 8 << 20 } as const
/** Well below `max.message.bytes`, which is of a whole batch. */
const BATCH = { records: 10_000, bytes: 1 << 20 } as const

export interface PartitionTarget {
  readonly topic: string
  readonly partition: number
  readonly reader: Pick<KafkaLogReader, 'read' | 'start' | 'end'>
  readonly writer: Pick<KafkaLogWriter, 'append'>
  /** What has to stand there, from offset 0 on; each call begins anew. */
  readonly placed: () => Iterable<PlacedRecord>
  readonly kind: ArchivedTopic['kind']
  readonly progress: (records: number) => void
}

/**
 * Appends what a partition lacks of its archive, each record at its own offset. What stands there already, from a restore that was
 * cut short, is compared first and nothing is appended where it differs; what was appended is read back and compared. A log that has
 * all of it, and goes on, stays as it is. Throws an {@link ArchiveError} that names the offset. Nobody else may write meanwhile.
 */
export async function restorePartition(target: PartitionTarget): Promise<void> {
  const { reader, partition } = target
  const [start, end] = [await reader.start(partition), await reader.end(partition)]
  // What was trimmed since a restore ended is no business of another one.
  await compare(target, { from: target.kind === 'trimmed' ? start : 0, to: end, start })
  await append(target, end)
  await compare(target, { from: end, to: Number.POSITIVE_INFINITY, start: end })
}

async function append({ placed, writer, topic, partition, progress }: PartitionTarget, from: number): Promise<void> {
  for (const batch of batches(placed(), from)) {
    const results = await writer.append(batch.map((record) => ({ ...record, partition })))
    for (const [i, result] of results.entries()) {
      const { offset } = batch[i]!
      if (result.status === 'appended' && result.offset === offset) continue
      const what = result.status === 'appended' ? `was put at offset ${result.offset}` : 'was not acknowledged'
      const cause = result.status === 'appended' ? undefined : result.cause
      throw new ArchiveError(
        `the record at offset ${offset} of ${topic} partition ${partition} ${what}: call this again, with nothing else that writes to the topic`,
        { cause },
      )
    }
    progress(batch.filter(({ isFiller }) => !isFiller).length)
  }
}

function* batches(placed: Iterable<PlacedRecord>, from: number): Generator<readonly PlacedRecord[]> {
  let batch: PlacedRecord[] = []
  let bytes = 0
  for (const record of placed) {
    if (record.offset < from) continue
    const size = sizeOf(record)
    if (batch.length > 0 && (batch.length >= BATCH.records || bytes + size > BATCH.bytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(record)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

const sizeOf = ({ key, value, headers }: LogRecord): number =>
  key.length + value.length + Buffer.byteLength(JSON.stringify(headers))

/** What the log has from `from` to `to` is what the archive has there. Behind the archive's end the log may go on. `start`: what the log has begins there. */
async function compare(
  target: PartitionTarget,
  { from, to, start }: { readonly from: number; readonly to: number; readonly start: number },
): Promise<void> {
  if (from >= to) return
  const isCompacted = target.kind === 'compacted'
  const found = recordsOf(target, start, to)
  let next = await found.next()
  for (const expected of target.placed()) {
    const { offset } = expected
    if (offset < from) continue
    if (offset >= to) return
    const at = next.done === true ? Number.POSITIVE_INFINITY : next.value.offset
    // What nobody needs, or what was overwritten, may have been compacted.
    if (at > offset && (isCompacted || expected.isFiller)) continue
    if (next.done === true || !isSame(expected, next.value)) throw differs(target, Math.min(offset, at))
    next = await found.next()
  }
}

async function* recordsOf({ reader, partition }: PartitionTarget, from: number, to: number): AsyncGenerator<LogRecord> {
  for (let next = from; next < to; ) {
    const page = await reader.read(partition, next, PAGE)
    if (page.length === 0) return
    yield* page.filter(({ offset }) => offset < to)
    next = page.at(-1)!.offset + 1
  }
}

const isSame = (expected: PlacedRecord, found: LogRecord): boolean =>
  expected.offset === found.offset &&
  expected.timestamp === found.timestamp &&
  Buffer.compare(expected.key, found.key) === 0 &&
  Buffer.compare(expected.value, found.value) === 0 &&
  JSON.stringify(expected.headers) === JSON.stringify(found.headers)

const differs = ({ topic, partition }: PartitionTarget, offset: number): ArchiveError =>
  new ArchiveError(
    `${topic} partition ${partition} holds something else at offset ${offset} than the archive. A log is restored into topics that do not exist, or that a restore has begun`,
  )
