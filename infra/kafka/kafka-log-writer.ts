import { requests } from 'kafkajs/src/protocol/requests/index.js'
import type { AppendResult, LogWriter, NewRecord } from '../../commands/ports/log-writer.ts'
import { encodeProduce } from './encode-produce.ts'
import type { KafkaSettings } from './kafka-settings.ts'
import type { EncodedBody, KafkaBroker } from './kafkajs-cluster.ts'
import { PartitionAppend } from './partition-append.ts'
import type { ProduceResponse } from './produce-response.ts'
import { type Attempt, TopicCluster } from './topic-cluster.ts'

export interface KafkaLogWriterOptions {
  readonly topic: string
  /** Generation of each partition's end, by partition: `readGenesis`. */
  readonly generations: readonly string[]
  /** How long one append may take, milliseconds. Below what the appender waits, so that its callers hear the reason. */
  readonly appendTimeoutMs?: number
  /** How long one try may take, milliseconds; the next one goes over other connections. */
  readonly tryTimeoutMs?: number
  /** How often one append is tried at most: once, where a record that came twice could not be borne. */
  readonly tries?: number
}

export interface KafkaLogWriter extends LogWriter {
  /** Resolves within two seconds. An append that is under way answers first, or is `unknown`. */
  close(): Promise<void>
}

const APPEND_TIMEOUT_MS = 4_500
const TRY_TIMEOUT_MS = 2_000
const PRODUCE_API_KEY = 0
const ALL_REPLICAS = -1
const NO_ERROR = 0

/**
 * Appends to a topic with acks from all in-sync replicas, one request to each leader for one append.
 *
 * It speaks to the brokers below kafkajs' producer, which answers for a whole send at once: there one partition's error
 * hides what became of the others, nothing tells whether a failed send had left the process, and a leader that moves
 * between two tries can leave a partition's records unsent and unmentioned. Here each partition has its own answer:
 *
 * - `appended` with the offset that a broker acknowledged;
 * - `not-written` when its bytes were never put into a request, or were refused before any replica wrote them;
 * - `unknown` otherwise. A try whose answer was lost is tried again, so a record may come into the log twice; the fold
 *   knows it by its command id.
 */
export function createKafkaLogWriter(settings: KafkaSettings, options: KafkaLogWriterOptions): KafkaLogWriter {
  const { topic, generations, appendTimeoutMs = APPEND_TIMEOUT_MS, tryTimeoutMs = TRY_TIMEOUT_MS, tries } = options
  const cluster = new TopicCluster(settings, topic, tryTimeoutMs)
  const limits = { tryMs: tryTimeoutMs, totalMs: appendTimeoutMs, ...(tries === undefined ? {} : { tries }) }
  return {
    async append(records) {
      const appends = byPartition(records)
      if (appends.length === 0) return []
      let failure = new Error('the log was not reached')
      try {
        await cluster.call(produceTo(topic, appends, tryTimeoutMs), limits)
      } catch (error) {
        failure = error as Error
      }
      const results = new Array<AppendResult>(records.length)
      for (const append of appends) {
        const generation = generations[append.partition] ?? ''
        for (const [index, result] of append.results(generation, failure)) results[index] = result
      }
      return results
    },
    close: () => cluster.close(),
  }
}

function byPartition(records: readonly NewRecord[]): readonly PartitionAppend[] {
  const appends = new Map<number, PartitionAppend>()
  for (const [index, record] of records.entries()) {
    const append = appends.get(record.partition) ?? new PartitionAppend(record.partition)
    appends.set(record.partition, append)
    append.add(index, record)
  }
  return [...appends.values()]
}

/** Sends what is not settled yet to the leaders; throws unless that settles everything. */
function produceTo(topic: string, appends: readonly PartitionAppend[], timeoutMs: number): Attempt<void> {
  return async (cluster, signal) => {
    const open = appends.filter((append) => append.isOpen)
    const leaders = cluster.findLeaderForPartitions(
      topic,
      open.map(({ partition }) => partition),
    )
    const sends = Object.entries(leaders).map(async ([nodeId, partitions]) => {
      const broker = await cluster.findBroker({ nodeId })
      const own = open.filter(({ partition }) => partitions.includes(partition))
      await produce(broker, topic, own, { signal, timeoutMs })
    })
    // All are waited for: what one leader acknowledged counts although another failed.
    const outcomes = await Promise.allSettled(sends)
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    const left = open.find((append) => append.isOpen)
    if (left !== undefined) throw left.failure ?? new Error(`partition ${left.partition} has no leader`)
  }
}

async function produce(
  broker: KafkaBroker,
  topic: string,
  appends: readonly PartitionAppend[],
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<void> {
  const produceRequest = broker.lookupRequest(PRODUCE_API_KEY, requests.Produce)
  const { request, response, ...rest } = produceRequest({ acks: ALL_REPLICAS, timeout: timeoutMs, topicData: [] })
  const encode = async (): Promise<EncodedBody> => {
    // The last moment before the bytes may leave: a try that nobody waits for any more must not send.
    signal.throwIfAborted()
    for (const append of appends) append.sending()
    const body = encodeProduce({ topic, acks: ALL_REPLICAS, timeoutMs, partitions: appends })
    return { buf: body, buffer: body }
  }
  const answer = (await broker.connectionPool.send({
    ...rest,
    request: { ...request, encode },
    // Without kafkajs' `parse`, which throws the first partition's error and drops the others' offsets.
    response: { decode: response.decode, parse: async (decoded) => decoded },
  })) as ProduceResponse
  const answers = new Map(
    answer.topics.flatMap(({ partitions }) => partitions.map((part) => [part.partition, part] as const)),
  )
  for (const append of appends) {
    const part = answers.get(append.partition)
    if (part?.errorCode === NO_ERROR) append.acknowledged(Number(part.baseOffset))
    // A refusal that comes after its try was given up says nothing about the try that is under way by now.
    else if (part !== undefined && !signal.aborted) append.failed(part.errorCode)
  }
}
