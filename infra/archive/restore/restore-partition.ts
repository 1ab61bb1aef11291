import { setTimeout as pause } from 'node:timers/promises'
import type { LogRecord } from '../../../projections/ports/log-reader.ts'
import type { KafkaLogReader } from '../../kafka/kafka-log-reader.ts'
import type { KafkaLogWriter } from '../../kafka/kafka-log-writer.ts'
import { ArchiveError } from '../archive-error.ts'
import type { ArchivedTopic } from '../archived-topics.ts'
import type { PlacedRecord } from './placed-records.ts'

const PAGE = { records: 10_000, bytes: 8 << 20 } as const
/** A request that nobody waits for any more may still arrive. */
const SETTLE_MS = 2_000
/** One behind the other without anything in between that was acknowledged. */
const MOST_LOSSES = 5
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
  /** Before what was not acknowledged is looked for. Default 2 s. */
  readonly settleMs?: number
}

/**
 * Appends what a partition lacks of its archive, each record at its own offset. What stands there already, from a restore that was
 * cut short, is compared first and nothing is appended where it differs; what was appended is read back and compared. A log that has
 * all of it, and goes on, stays as it is. Throws an {@link ArchiveError} that names the offset. Nobody else may write meanwhile.
 */
export async function restorePartition(target: PartitionTarget): Promise<void> {
  const { reader, partition, settleMs = SETTLE_MS } = target
  const start = await reader.start(partition)
  // What was trimmed since a restore ended is no business of another one.
  let compared = target.kind === 'trimmed' ? start : 0
  for (let losses = 0; ; await pause(settleMs)) {
    const end = await reader.end(partition)
    await compare(target, { from: compared, to: end, start: Math.max(start, compared) })
    losses = end > compared ? 0 : losses
    compared = end
    const failure = await append(target, end)
    if (failure === null) break
    losses++
    if (losses > MOST_LOSSES) throw failure
  }
  await compare(target, { from: compared, to: Number.POSITIVE_INFINITY, start: compared })
}

/** Stops at the first batch that nobody acknowledged, and returns why: it may be there all the same. */
async function append(
  { placed, writer, topic, partition, progress }: PartitionTarget,
  from: number,
): Promise<ArchiveError | null> {
  for (const batch of batches(placed(), from)) {
    const results = await writer.append(batch.map((record) => ({ ...record, partition })))
    for (const [i, result] of results.entries()) {
      const { offset } = batch[i]!
      const place = `the record at offset ${offset} of ${topic} partition ${partition}`
      if (result.status !== 'appended') {
        return new ArchiveError(`${place} was not acknowledged: call this again`, { cause: result.cause })
      }
      if (result.offset !== offset) {
        throw new ArchiveError(
          `${place} was put at offset ${result.offset}: something else writes there. Stop it, delete the topic and call this again`,
        )
      }
    }
    progress(batch.filter(({ isFiller }) => !isFiller).length)
  }
  return null
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
    `${topic} partition ${partition} holds something else at offset ${offset} than the archive. A log is restored into topics that do not exist, or that a restore has begun: where nothing is to be saved from this topic, delete it and call this again`,
  )
