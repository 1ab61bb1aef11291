import { setTimeout as pause } from 'node:timers/promises'
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { Projector } from '../../projections/projector.ts'
import { AssignedPartitions } from './assigned-partitions.ts'
import { foldBatch } from './fold-batch.ts'
import { isTransient } from './is-transient.ts'
import { BRIEF_RETRY } from './kafka-client.ts'

export interface PartitionConsumerOptions {
  /** Made with `BRIEF_RETRY`: a patient client that lost its brokers cannot be stopped, and keeps the process alive. */
  readonly kafka: Kafka
  readonly topic: string
  readonly groupId: string
  readonly projector: Projector
  readonly logger: Logger
  /** Told once, of what no restart within the process mends: a bug in a fold, or a group that cannot be joined. */
  readonly onFatal: (error: Error) => void
  /** Pause before a partition that waits is taken again. */
  readonly retryDelayMs?: number
  /** How long the group waits for a member that went silent. */
  readonly sessionTimeoutMs?: number
  /** How many partitions are folded at once. */
  readonly concurrency?: number
  /** How many records of a partition are folded at once; default {@link SLICE_RECORDS}. */
  readonly sliceRecords?: number
  readonly closeTimeoutMs?: number
}

export interface PartitionConsumer {
  /** Partitions that the group gave to this member last. */
  assigned(): readonly number[]
  /** Whether the group was joined at least once: the member folds, or stands by for partitions. */
  joined(): boolean
  /** Ends the batch at its next slice, leaves the group, and lets go of all partitions; within `closeTimeoutMs`. */
  close(): Promise<void>
}

const RETRY_DELAY_MS = 500
const SESSION_TIMEOUT_MS = 10_000
const HEARTBEATS_PER_SESSION = 5
/** Below what the sockets take for silence. */
const REBALANCE_TIMEOUT_MS = 10_000
const CONCURRENCY = 4
const SLICE_RECORDS = 500
const CLOSE_TIMEOUT_MS = 10_000
/** Seeks and resumes take effect with the next fetch, so a long one would hold them back. */
const MAX_WAIT_MS = 100
const MAX_BYTES_PER_PARTITION = 4 << 20
const MAX_BYTES = 24 << 20

/**
 * Folds the partitions that a consumer group gives to this process. Kafka decides who folds what and delivers; where a
 * partition stands is known by the projection's store alone. The group's offsets are written for lag tools and never read.
 *
 * kafkajs 2.2.4 starts to fetch from the group's offsets as soon as it has joined, so all is paused within the join, and
 * each partition is resumed once it was taken and sought (`AssignedPartitions`).
 *
 * Resolves at once; the brokers may be down: the group is then joined when they are back.
 */
export async function startPartitionConsumer(options: PartitionConsumerOptions): Promise<PartitionConsumer> {
  const { kafka, topic, groupId, projector, logger, sliceRecords = SLICE_RECORDS } = options
  const sessionTimeout = options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS
  let hasJoined = false
  let isClosing = false
  let isFatal = false
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout,
    // Each of its tries is short, and it starts over for as long as it is wanted, so that it can also be left.
    retry: { ...BRIEF_RETRY, restartOnFailure: async () => !isClosing },
    heartbeatInterval: Math.floor(sessionTimeout / HEARTBEATS_PER_SESSION),
    rebalanceTimeout: REBALANCE_TIMEOUT_MS,
    maxWaitTimeInMs: MAX_WAIT_MS,
    maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
    maxBytes: MAX_BYTES,
    allowAutoTopicCreation: false,
    // Nobody writes transactions here, and a stranger's open one must not hold the folds back.
    readUncommitted: true,
  })
  const fatal = (error: Error): void => {
    if (isFatal || isClosing) return
    isFatal = true
    partitions.abandon()
    options.onFatal(error)
  }
  const partitions = new AssignedPartitions({
    projector,
    retryDelayMs: options.retryDelayMs ?? RETRY_DELAY_MS,
    onBug: fatal,
    pause: (list) => consumer.pause([{ topic, partitions: [...list] }]),
    seek: (partition, offset) => consumer.seek({ topic, partition, offset: String(offset) }),
    resume: (partition) => consumer.resume([{ topic, partitions: [partition] }]),
  })

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    hasJoined = true
    const assigned = payload.memberAssignment[topic] ?? []
    logger.info({ groupId, partitions: assigned }, 'partitions were assigned')
    partitions.assign(assigned)
  })
  // A consumer that stopped, or crashed and starts over, has no group to pause, seek or resume in.
  consumer.on(consumer.events.STOP, () => partitions.abandon())
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (restart || isClosing) return
    if (!isTransient(error)) return fatal(error)
    started = pause(RETRY_DELAY_MS).then(start)
  })
  const start = (): Promise<void> =>
    run(consumer, {
      topic,
      logger,
      isClosing: () => isClosing,
      concurrency: options.concurrency ?? CONCURRENCY,
      eachBatch: (payload) => foldBatch({ topic, projector, partitions, logger, onBug: fatal, sliceRecords }, payload),
    }).catch(fatal)
  let started = start()

  return {
    assigned: () => partitions.list,
    joined: () => hasJoined,
    async close() {
      isClosing = true
      partitions.abandon()
      // Stopping a consumer that is about to join would let it join after all, and stay.
      const left = started.then(() => consumer.disconnect())
      await Promise.race([left, pause(options.closeTimeoutMs ?? CLOSE_TIMEOUT_MS, undefined, { ref: false })])
      partitions.assign([])
    },
  }
}

interface RunOptions {
  readonly topic: string
  readonly logger: Logger
  readonly concurrency: number
  readonly isClosing: () => boolean
  readonly eachBatch: (payload: EachBatchPayload) => Promise<void>
}

/** Resolves when the group was joined, or the consumer was closed before. Rejects for what trying again does not mend. */
async function run(
  consumer: Consumer,
  { topic, logger, isClosing, concurrency, eachBatch }: RunOptions,
): Promise<void> {
  while (!isClosing()) {
    try {
      await consumer.connect()
      // A broker that does not know a topic yet hears of it from the controller.
      await consumer.subscribe({ topics: [topic], fromBeginning: true })
      break
    } catch (error) {
      if (!isTransient(error)) throw error
      logger.warn({ err: error, topic }, 'the consumer cannot start yet')
      await pause(RETRY_DELAY_MS)
    }
  }
  if (isClosing()) return
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: concurrency,
    eachBatch,
  })
}
