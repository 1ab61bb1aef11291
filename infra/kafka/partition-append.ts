import { createErrorFromCode } from 'kafkajs/src/protocol/error.js'
import type { AppendResult, NewRecord } from '../../commands/ports/log-writer.ts'
import type { ProduceMessage } from './record-batch.ts'

/**
 * Errors that a broker gives before its log is written (KafkaApis, LogValidator, Partition.appendRecordsToLeader).
 * NOT_LEADER_OR_FOLLOWER, UNKNOWN_TOPIC_OR_PARTITION and KAFKA_STORAGE_ERROR are not among them: a leader that loses its
 * role while it waits for its followers answers so too, after it has written (DelayedProduce).
 */
const REFUSED = {
  retriable: new Set([19]), // NOT_ENOUGH_REPLICAS
  // CORRUPT_MESSAGE, MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, TOPIC_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED,
  // INVALID_TIMESTAMP, POLICY_VIOLATION, INVALID_RECORD
  final: new Set([2, 10, 18, 29, 31, 32, 44, 87]),
}

/** One partition's share of an append, and what is known of it. */
export class PartitionAppend {
  readonly partition: number
  readonly messages: ProduceMessage[] = []
  readonly #indexes: number[] = []
  #baseOffset: number | null = null
  #isRefused = false
  /** A request with these bytes was handed to a connection and not answered yet. */
  #isUnderWay = false
  /** An earlier request may have been written although nobody acknowledged it. */
  #isUncertain = false
  #failure: Error | null = null

  constructor(partition: number) {
    this.partition = partition
  }

  /** Why the last try did not succeed, as far as a broker said so. */
  get failure(): Error | null {
    return this.#failure
  }

  /** Whether another try could still bring an answer. */
  get isOpen(): boolean {
    return this.#baseOffset === null && !this.#isRefused
  }

  add(index: number, record: NewRecord): void {
    this.#indexes.push(index)
    this.messages.push({
      key: asBuffer(record.key),
      value: asBuffer(record.value),
      headers: record.headers,
      timestamp: record.timestamp,
    })
  }

  sending(): void {
    this.#isUncertain ||= this.#isUnderWay
    this.#isUnderWay = true
  }

  acknowledged(baseOffset: number): void {
    this.#baseOffset = baseOffset
  }

  failed(errorCode: number): void {
    this.#failure = createErrorFromCode(errorCode)
    this.#isUnderWay = false
    if (REFUSED.final.has(errorCode)) this.#isRefused = true
    else if (!REFUSED.retriable.has(errorCode)) this.#isUncertain = true
  }

  /** Results by the index of the record in its append; `failure` is why nothing more is known. */
  results(generation: string, failure: Error): ReadonlyArray<readonly [number, AppendResult]> {
    const base = this.#baseOffset
    if (base !== null) {
      return this.#indexes.map((index, i) => [index, { status: 'appended', generation, offset: base + i }])
    }
    const status = this.#isUnderWay || this.#isUncertain ? 'unknown' : 'not-written'
    const cause = this.#failure ?? failure
    return this.#indexes.map((index) => [index, { status, cause }])
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
