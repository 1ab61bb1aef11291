import { randomUUID } from 'node:crypto'
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs'
import { KeyLogError } from './key-log-error.ts'
import { within } from './within.ts'

/** Kafka's default; it is only told here because it bounds how long a frozen process keeps its place. */
const SESSION_TIMEOUT_MS = 30_000
/** A fetch answers as soon as there is a record; this bounds how long a quiet one holds up closing. */
const MAX_WAIT_MS = 200
/** How often a record that cannot be read is tried again: its schema may become known. */
const BLOCKED_PAUSE_MS = 1_000
const CLOSE_TIMEOUT_MS = 5_000

/** Bounded, so that a broken connection is thrown away and the consumer starts again on a new one. */
const retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5, restartOnFailure: async () => true }

export interface KeyLogFollower {
  /** The offset that is read next: everything below it was applied. */
  next(): number
  /** Resolves once everything below `offset` was applied. Rejects with a {@link KeyLogError} that says what is in the way. */
  reach(offset: number, timeoutMs: number): Promise<void>
  close(): Promise<void>
}

export interface FollowOptions {
  readonly kafka: Kafka
  readonly topic: string
  /** Takes in a record. A reason why it cannot be read stops the follower at it; it is tried again every second. */
  readonly apply: (offset: number, message: KafkaMessage) => string | null
  /** The consumer ended and does not start again (kafkajs's CRASH without restart). */
  readonly onFailure: (error: Error) => void
}

/**
 * Reads the one partition of `topic` from its beginning, for good. Every process reads all of it, so each has a group of its
 * own; no offset is ever committed, so the broker forgets the group with its last member. kafkajs cannot read without one.
 */
export async function followKeyLog({ kafka, topic, apply, onFailure }: FollowOptions): Promise<KeyLogFollower> {
  let next = 0
  let blocked: string | null = null
  let failure: Error | null = null
  let changed = Promise.withResolvers<void>()
  const announce = (): void => {
    changed.resolve()
    changed = Promise.withResolvers()
  }

  /** Applies what is new in a batch: after a rejoin kafkajs may deliver from an earlier offset again. */
  const eachBatch = async ({ batch, resolveOffset, heartbeat, pause }: EachBatchPayload): Promise<void> => {
    for (const message of batch.messages) {
      const offset = Number(message.offset)
      if (offset >= next) blocked = apply(offset, message)
      if (blocked !== null) {
        blocked = `the record at offset ${offset} cannot be read: ${blocked}`
        setTimeout(pause(), BLOCKED_PAUSE_MS)
        break
      }
      next = Math.max(next, offset + 1)
      resolveOffset(message.offset)
    }
    announce()
    await heartbeat()
  }

  const consumer = kafka.consumer({
    groupId: `${topic}-${randomUUID()}`,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: MAX_WAIT_MS,
    sessionTimeout: SESSION_TIMEOUT_MS,
    retry,
  })
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (payload.restart) return
    failure = payload.error
    announce()
    onFailure(payload.error)
  })
  consumer.on(consumer.events.GROUP_JOIN, () => consumer.seek({ topic, partition: 0, offset: String(next) }))
  await start(consumer, topic, eachBatch)

  const reach = async (offset: number): Promise<void> => {
    while (next < offset) {
      if (failure !== null) throw new KeyLogError(`${topic} is not followed any more`, { cause: failure })
      await changed.promise
    }
  }
  return {
    next: () => next,
    async reach(offset, timeoutMs) {
      try {
        await within(timeoutMs, `${topic} up to offset ${offset}`, reach(offset))
      } catch (error) {
        if (blocked === null) throw error
        throw new KeyLogError(`${topic}: ${blocked}`, { cause: error })
      }
    },
    close: () => stop(consumer, topic),
  }
}

async function start(consumer: Consumer, topic: string, eachBatch: (payload: EachBatchPayload) => Promise<void>) {
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch })
  } catch (error) {
    await stop(consumer, topic)
    throw error
  }
}

const stop = (consumer: Consumer, topic: string): Promise<void> =>
  within(CLOSE_TIMEOUT_MS, `leaving ${topic}`, consumer.disconnect())
