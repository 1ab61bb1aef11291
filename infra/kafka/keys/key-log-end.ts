import { setTimeout as pause } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import { KeyLogError } from './key-log-error.ts'
import { within } from './within.ts'

const RETRY_PAUSE_MS = 50

/** Where `memory.keys` ends now. */
export interface KeyLogEnd {
  /** The offset that its next record gets. Rejects with a {@link KeyLogError} after `timeoutMs`. */
  offset(timeoutMs: number): Promise<number>
  close(): Promise<void>
}

/** Rejects with a {@link KeyLogError} when the topic is not there, or has several partitions: rivals need one order. */
export async function openKeyLogEnd(kafka: Kafka, topic: string, timeoutMs: number): Promise<KeyLogEnd> {
  const admin = kafka.admin({ retry: { retries: 0 } })
  const ask = async (): Promise<number> => {
    const partitions = await admin.fetchTopicOffsets(topic)
    if (partitions.length !== 1) {
      throw new KeyLogError(`${topic} has ${partitions.length} partitions; the order of its keys needs exactly one`)
    }
    return Number(partitions[0]!.high)
  }
  const askUntil = async (deadline: number): Promise<number> => {
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        if (error instanceof KeyLogError || performance.now() + RETRY_PAUSE_MS > deadline) throw error
      }
      // kafkajs gives up for good on a closed connection, also when the broker is back by now.
      await pause(RETRY_PAUSE_MS)
    }
  }
  const offset = async (ms: number): Promise<number> => {
    try {
      return await within(ms, `end of ${topic}`, askUntil(performance.now() + ms))
    } catch (error) {
      if (error instanceof KeyLogError) throw error
      throw new KeyLogError(`end of ${topic}: ${(error as Error).message}`, { cause: error })
    }
  }
  await admin.connect()
  const close = () => admin.disconnect()
  await offset(timeoutMs).catch(async (error) => {
    await close()
    throw error
  })
  return { offset, close }
}
