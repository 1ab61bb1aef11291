import type { AppendResult, NewRecord } from '../../../../commands/ports/log-writer.ts'
import type { PlacedRecord } from '../../../../infra/archive/restore/placed-records.ts'
import { type PartitionTarget, restorePartition } from '../../../../infra/archive/restore/restore-partition.ts'
import { RecordBatch } from '../../../../infra/kafka/record-batch.ts'
import type { LogRecord } from '../../../../projections/ports/log-reader.ts'

/** `max.message.bytes` of every topic. */
const MOST_BATCH_BYTES = 4 << 20

type Answer = (batch: readonly NewRecord[], number: number) => 'appended' | 'lost' | 'unanswered'

/** A partition of a broker, which numbers what is appended from 0 on. */
export class InMemoryTarget {
  records: LogRecord[] = []
  start = 0
  /** How many records each append brought. */
  readonly appends: number[] = []
  /** Of records that are no fillers. */
  progress = 0
  /** `lost`: nothing of the batch is written. `unanswered`: all of it is, and nobody hears of it. */
  answer: Answer = () => 'appended'
  /** What becomes of a record on its way into the log. */
  store: (record: LogRecord) => LogRecord = (record) => record
  readonly #pageRecords: number

  constructor(pageRecords = 10_000) {
    this.#pageRecords = pageRecords
  }

  get end(): number {
    return (this.records.at(-1)?.offset ?? this.start - 1) + 1
  }

  restore(placed: readonly PlacedRecord[], target: Partial<PartitionTarget> = {}): Promise<void> {
    return restorePartition({
      ...{ topic: 'memory.commands', partition: 3, placed: () => placed, kind: 'whole', settleMs: 0 },
      progress: (records) => {
        this.progress += records
      },
      reader: {
        read: async (_, from) => this.records.filter(({ offset }) => offset >= from).slice(0, this.#pageRecords),
        start: async () => this.start,
        end: async () => this.end,
      },
      writer: { append: async (batch) => this.#append(batch) },
      ...target,
    })
  }

  #append(batch: readonly NewRecord[]): readonly AppendResult[] {
    const answer = this.answer(batch, this.appends.push(batch.length) - 1)
    const unknown = batch.map(() => ({ status: 'unknown', cause: new Error('no answer') }) as const)
    if (answer === 'lost') return unknown
    if (batchBytes(batch) > MOST_BATCH_BYTES)
      return batch.map(() => ({ status: 'not-written', cause: new Error('MESSAGE_TOO_LARGE') }))
    const base = this.end
    this.records.push(...batch.map((record, i) => this.store({ ...record, offset: base + i })))
    if (answer === 'unanswered') return unknown
    return batch.map((_, i) => ({ status: 'appended', generation: '', offset: base + i }))
  }
}

const batchBytes = (batch: readonly NewRecord[]): number =>
  new RecordBatch(
    batch.map(({ key, value, headers, timestamp }) => ({
      ...{ key: Buffer.from(key), value: Buffer.from(value), headers, timestamp },
    })),
  ).bytes
