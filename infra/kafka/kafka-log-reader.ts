import type Cluster from 'kafkajs/src/cluster/index.js'
import type { LogReader } from '../../projections/ports/log-reader.ts'
import { OffsetOutOfRangeError } from '../../projections/ports/offset-out-of-range-error.ts'
import type { KafkaSettings } from './kafka-settings.ts'
import type { FetchedMessage } from './kafkajs-cluster.ts'
import { logRecordOf } from './log-record-of.ts'
import { ReadPage } from './read-page.ts'
import { TopicCluster } from './topic-cluster.ts'

export interface KafkaLogReaderOptions {
  readonly topic: string
  /** How long one request may take with all its tries, milliseconds. */
  readonly readTimeoutMs?: number
}

/**
 * Reads a topic by offset, straight from each partition's leader: no group, no position, no state on the brokers. Errors:
 * {@link OffsetOutOfRangeError}, `LogUnavailableError`, `RangeError` for a partition that the topic does not have.
 */
export interface KafkaLogReader extends LogReader {
  /** Offset of the first record that is kept. */
  start(partition: number): Promise<number>
  close(): Promise<void>
}

const READ_TIMEOUT_MS = 10_000
const TRY_TIMEOUT_MS = 3_000
const MAX_FETCH_BYTES = 8 << 20
/** Nobody writes transactions here, and a stranger's open one must not hold the log back. */
const READ_UNCOMMITTED = 0
/** The log has grown since: what lies behind a leftover is asked for. */
const UNKNOWN = Number.POSITIVE_INFINITY
const OFFSET_OUT_OF_RANGE = 'KafkaJSOffsetOutOfRange'

interface Fetched {
  readonly messages: readonly FetchedMessage[]
  /** Offset behind the last record that all in-sync replicas have. */
  readonly highWatermark: number
}

/** What a fetch brought beyond its page: the log hands out whole batches. It serves the next read once, if that goes on there. */
interface Leftover extends Fetched {
  readonly from: number
}

export function createKafkaLogReader(settings: KafkaSettings, options: KafkaLogReaderOptions): KafkaLogReader {
  const { topic, readTimeoutMs = READ_TIMEOUT_MS } = options
  const cluster = new TopicCluster(settings, topic, TRY_TIMEOUT_MS)
  const limits = { tryMs: TRY_TIMEOUT_MS, totalMs: readTimeoutMs }
  const leftovers = new Map<number, Leftover>()
  const offsetAt = (partition: number, fromBeginning: boolean): Promise<number> =>
    cluster.call((connected) => fetchOffset(connected, topic, partition, fromBeginning), limits)
  const fetchFrom = (partition: number, from: number, bytes: number): Promise<Fetched> =>
    cluster.call((connected) => fetchMessages(connected, { topic, partition, from, bytes }), limits)

  return {
    async read(partition, from, limit) {
      const page = new ReadPage(limit)
      let fetched: Fetched | undefined = takeLeftover(leftovers, partition, from)
      for (let next = from; ; fetched = undefined) {
        fetched ??= await fetchFrom(partition, next, Math.min(page.bytesLeft, MAX_FETCH_BYTES))
        const before = next
        for (const [i, message] of fetched.messages.entries()) {
          const offset = Number(message.offset)
          // A batch is handed out whole, also when its middle was asked for.
          if (offset < next) continue
          if (!message.isControlRecord && !page.add(logRecordOf(partition, message))) {
            if (limit.records > 1)
              leftovers.set(partition, { messages: fetched.messages.slice(i), highWatermark: UNKNOWN, from: offset })
            return page.records
          }
          next = offset + 1
        }
        if (next >= fetched.highWatermark) return page.records
        if (next === before) throw new Error(`partition ${partition} holds no readable batch at offset ${next}`)
      }
    },
    end: (partition) => offsetAt(partition, false),
    start: (partition) => offsetAt(partition, true),
    async close() {
      leftovers.clear()
      await cluster.close()
    },
  }
}

function takeLeftover(leftovers: Map<number, Leftover>, partition: number, from: number): Leftover | undefined {
  const leftover = leftovers.get(partition)
  leftovers.delete(partition)
  return leftover?.from === from ? leftover : undefined
}

interface FetchFrom {
  readonly topic: string
  readonly partition: number
  readonly from: number
  readonly bytes: number
}

async function fetchMessages(cluster: Cluster, { topic, partition, from, bytes }: FetchFrom): Promise<Fetched> {
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
  if (nodeId === undefined) throw new RangeError(`partition ${partition} of ${topic} does not exist`)
  const broker = await cluster.findBroker({ nodeId })
  const maxBytes = Math.max(1, bytes)
  try {
    const { responses } = await broker.fetch({
      // Answered at once: at the end of the log there is nothing to wait for.
      maxWaitTime: 0,
      minBytes: 0,
      maxBytes,
      isolationLevel: READ_UNCOMMITTED,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(from), maxBytes }] }],
    })
    const part = responses[0]?.partitions[0]
    if (part === undefined) throw new Error(`the leader of partition ${partition} answered for another one`)
    return { messages: part.messages, highWatermark: Number(part.highWatermark) }
  } catch (error) {
    if ((error as Error).name !== OFFSET_OUT_OF_RANGE) throw error
    const first = await fetchOffset(cluster, topic, partition, true)
    const end = await fetchOffset(cluster, topic, partition, false)
    throw new OffsetOutOfRangeError(partition, from, { first, end })
  }
}

async function fetchOffset(
  cluster: Cluster,
  topic: string,
  partition: number,
  fromBeginning: boolean,
): Promise<number> {
  const [offsets] = await cluster.fetchTopicsOffset([{ topic, partitions: [{ partition }], fromBeginning }])
  const offset = offsets?.partitions[0]?.offset
  if (offset === undefined) throw new RangeError(`partition ${partition} of ${topic} does not exist`)
  return Number(offset)
}
