import { setTimeout as pause } from 'node:timers/promises'
import { Kafka, type Message, Partitioners } from 'kafkajs'
import { kafkaConfig } from '../kafka-client.ts'
import type { KafkaSettings } from '../kafka-settings.ts'
import { watchedSockets } from '../watched-socket.ts'
import { within } from './within.ts'

const ALL_REPLICAS = -1
const CONNECTION_TIMEOUT_MS = 1_000
const CLOSE_TIMEOUT_MS = 2_000
/** Well below the topic's and the request's limits: a key's record is some 250 bytes. */
const MAX_RECORDS = 1_000

export interface KeyLogWriter {
  /**
   * Appends, acknowledged by all in-sync replicas. Throws a `LogUnavailableError` when there was no answer in time; the records
   * may be there all the same, now or later. Nothing is ever sent twice.
   */
  append(messages: readonly Message[]): Promise<void>
  /** Resolves within two seconds, whatever the brokers do. */
  close(): Promise<void>
}

/** Connects at the first append. */
export function createKeyLogWriter(settings: KafkaSettings, topic: string, timeoutMs: number): KeyLogWriter {
  const kafka = new Kafka({
    ...kafkaConfig(settings),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: timeoutMs,
    socketFactory: watchedSockets(timeoutMs),
    // kafkajs would send again after a lost answer, and the record would stand in the log twice. What fails is over, too:
    // nothing goes on trying behind a caller that was told.
    retry: { retries: 0 },
  })
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    maxInFlightRequests: 1,
  })
  const send = async (messages: readonly Message[]): Promise<void> => {
    // A connection that stands is left as it is.
    await producer.connect()
    await producer.send({
      topic,
      acks: ALL_REPLICAS,
      timeout: timeoutMs,
      messages: messages.map((message) => ({ ...message, partition: 0 })),
    })
  }
  return {
    async append(messages) {
      for (let at = 0; at < messages.length; at += MAX_RECORDS) {
        await within(timeoutMs, `${topic} could not be written`, send(messages.slice(at, at + MAX_RECORDS)))
      }
    },
    close: () => Promise.race([producer.disconnect(), pause(CLOSE_TIMEOUT_MS, undefined, { ref: false })]),
  }
}
