import { setTimeout as pause } from 'node:timers/promises'
import { BRIEF_RETRY, createKafka } from '../../../infra/kafka/kafka-client.ts'
import type { KafkaSettings } from '../../../infra/kafka/kafka-settings.ts'
import { type PartitionConsumer, startPartitionConsumer } from '../../../infra/kafka/partition-consumer.ts'
import { createLongTermProjection } from '../../../projections/long-term/long-term-projection.ts'
import type { LongTermStore } from '../../../projections/ports/long-term-store.ts'
import type { Projection } from '../../../projections/projection.ts'
import { Projector } from '../../../projections/projector.ts'
import { createCommandCodec } from '../../../schemas/command-codec.ts'
import { realKafka } from './kafka-settings.ts'
import type { TemporaryLog } from './temporary-log.ts'

export interface RunningConsumer extends PartitionConsumer {
  readonly projector: Projector
  readonly seen: {
    readonly waiting: string[]
    readonly stopped: string[]
    readonly fatal: Error[]
    /** Offsets that the fold was offered, by partition. */
    readonly offered: Map<number, number[]>
  }
}

/** A consumer over the long-term fold of `store`, whose events and offers can be looked at. */
export async function runConsumer(
  log: Pick<TemporaryLog, 'topic' | 'reader'>,
  groupId: string,
  store: LongTermStore,
  { bug, settings = realKafka() }: { readonly bug?: () => void; readonly settings?: KafkaSettings } = {},
): Promise<RunningConsumer> {
  const seen: RunningConsumer['seen'] = { waiting: [], stopped: [], fatal: [], offered: new Map() }
  const longTerm = createLongTermProjection(store, createCommandCodec())
  const projection: Projection = {
    ...longTerm,
    fold(partition, from, records) {
      bug?.()
      const offered = seen.offered.get(partition) ?? []
      seen.offered.set(partition, offered)
      offered.push(...records.map(({ offset }) => offset))
      return longTerm.fold(partition, from, records)
    },
  }
  const events = {
    moved: () => {},
    deadLetters: () => {},
    waiting: (_: number, reason: string) => seen.waiting.push(reason),
    stopped: (_: number, reason: string) => seen.stopped.push(reason),
  }
  const options = { batch: { records: 500, bytes: 1 << 20 }, retryDelayMs: 100, pause: (ms: number) => pause(ms) }
  const projector = new Projector(projection, log.reader, events, options)
  const consumer = await startPartitionConsumer({
    kafka: createKafka(settings, BRIEF_RETRY),
    topic: log.topic,
    groupId,
    projector,
    logger: settings.logger,
    onFatal: (error) => seen.fatal.push(error),
    retryDelayMs: 100,
    sessionTimeoutMs: 6_000,
  })
  return { ...consumer, projector, seen }
}
