import { archivedTopics } from '../../../infra/archive/archived-topics.ts'
import type { KafkaLogReader } from '../../../infra/kafka/kafka-log-reader.ts'
import type { LogRecord, ReadLimit } from '../../../projections/ports/log-reader.ts'
import { OffsetOutOfRangeError } from '../../../projections/ports/offset-out-of-range-error.ts'
import { logRecord, plain } from './log-records.ts'

/** What a partition holds, for its test to change. Offsets are those of the records. */
export interface InMemoryPartition {
  records: LogRecord[]
  start: number
  end: number
}

export interface ReaderCall {
  readonly topic: string
  readonly what: 'read' | 'start' | 'end'
}

/** The archived topics of a cluster, and readers of them that can be made to fail. */
export class InMemoryCluster {
  readonly calls: ReaderCall[] = []
  /** Number of the call that fails, from 0 on; `null`: none does. */
  failingCall: number | null = null
  /** Hears of each call before it is answered. */
  onCall: (call: ReaderCall) => void = () => {}
  readonly #pageRecords: number
  readonly #topics = new Map<string, readonly InMemoryPartition[]>(
    archivedTopics.map(({ name, partitions }) => [
      name,
      Array.from({ length: partitions }, () => ({ records: [], start: 0, end: 0 })),
    ]),
  )

  /** `pageRecords`: that one read returns at most. */
  constructor(pageRecords = 4) {
    this.#pageRecords = pageRecords
  }

  at(topic: string, partition = 0): InMemoryPartition {
    return this.#topics.get(topic)![partition]!
  }

  /** Appends `count` records behind the end. */
  append(topic: string, partition: number, count: number, fields: Partial<LogRecord> = {}): void {
    const log = this.at(topic, partition)
    for (let i = 0; i < count; i++) log.records.push(logRecord(log.end++, { partition, ...fields }))
  }

  trim(topic: string, partition: number, before: number): void {
    const log = this.at(topic, partition)
    log.start = before
    log.records = log.records.filter(({ offset }) => offset >= before)
  }

  /** What Kafka does to a compacted topic in its own time. */
  compact(topic: string): void {
    const log = this.at(topic)
    const last = new Map(log.records.map((record) => [Buffer.from(record.key).toString('hex'), record]))
    log.records = log.records.filter((record) => last.get(Buffer.from(record.key).toString('hex')) === record)
  }

  /** By `topic/partition`, where there are any records. */
  contents(): Readonly<Record<string, ReadonlyArray<ReturnType<typeof plain>>>> {
    const logs = [...this.#topics].flatMap(([topic, partitions]) =>
      partitions.map(({ records }, partition) => [`${topic}/${partition}`, records.map(plain)] as const),
    )
    return Object.fromEntries(logs.filter(([, records]) => records.length > 0))
  }

  reader(topic: string): KafkaLogReader {
    const called = (what: ReaderCall['what'], partition: number): InMemoryPartition => {
      const number = this.calls.push({ topic, what }) - 1
      if (number === this.failingCall) throw new Error('the log was not reached')
      this.onCall({ topic, what })
      return this.at(topic, partition)
    }
    return {
      read: async (partition, from, limit) => this.#page(called('read', partition), partition, from, limit),
      start: async (partition) => called('start', partition).start,
      end: async (partition) => called('end', partition).end,
      close: async () => {},
    }
  }

  #page({ records, start, end }: InMemoryPartition, partition: number, from: number, limit: ReadLimit) {
    if (from < start || from > end) throw new OffsetOutOfRangeError(partition, from, { first: start, end })
    return records.filter(({ offset }) => offset >= from).slice(0, Math.min(limit.records, this.#pageRecords))
  }
}
