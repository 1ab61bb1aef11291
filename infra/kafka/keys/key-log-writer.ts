import { type Kafka, type Message, Partitioners } from 'kafkajs'
import { KeyLogError } from './key-log-error.ts'
import { within } from './within.ts'

const ALL_REPLICAS = -1
/** Well below the topic's and the request's limits: a key's record is some 250 bytes. */
const MAX_RECORDS = 1_000

export interface KeyLogWriter {
  /**
   * Appends, acknowledged by all in-sync replicas, and returns the offset after the last one. Rejects with a
   * {@link KeyLogError} when there was no answer in time; the records may be there all the same. Nothing is ever sent twice.
   */
  append(messages: readonly Message[]): Promise<number>
  close(): Promise<void>
}

export async function openKeyLogWriter(kafka: Kafka, topic: string, timeoutMs: number): Promise<KeyLogWriter> {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    maxInFlightRequests: 1,
    // kafkajs would send again after a lost answer, and the record would stand in the log twice.
    retry: { retries: 0 },
  })
  await within(timeoutMs, `producer of ${topic}`, producer.connect())
  const send = async (messages: readonly Message[]): Promise<number> => {
    const [answer] = await producer.send({
      topic,
      acks: ALL_REPLICAS,
      timeout: timeoutMs,
      messages: messages.map((message) => ({ ...message, partition: 0 })),
    })
    return Number(answer!.baseOffset) + messages.length
  }
  return {
    async append(messages) {
      let end = 0
      try {
        for (let at = 0; at < messages.length; at += MAX_RECORDS) {
          end = await within(timeoutMs, `append to ${topic}`, send(messages.slice(at, at + MAX_RECORDS)))
        }
      } catch (error) {
        if (error instanceof KeyLogError) throw error
        throw new KeyLogError(`append to ${topic}: ${(error as Error).message}`, { cause: error })
      }
      return end
    },
    close: () => producer.disconnect(),
  }
}
