import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { type AuditedTopic, chainText, operationChains } from '../../../domain/audit/audit-topics.ts'
import { AnchorSchedule } from '../../../projections/audit/anchor-schedule.ts'
import { createAuditProjection } from '../../../projections/audit/audit-projection.ts'
import { commandReader, operationReader } from '../../../projections/audit/read-audited-record.ts'
import type { LogReader } from '../../../projections/ports/log-reader.ts'
import { Projector, type ProjectorEvents } from '../../../projections/projector.ts'
import type { CommandCodec } from '../../../schemas/command-codec.ts'
import type { FoldReports } from '../../cluster/fold-reports.ts'
import { consumerGroup } from '../../cluster/projection-names.ts'
import type { SigningKey } from '../../crypto/signing-key.ts'
import { BRIEF_RETRY, createKafka } from '../../kafka/kafka-client.ts'
import type { KafkaSettings } from '../../kafka/kafka-settings.ts'
import { type PartitionConsumer, startPartitionConsumer } from '../../kafka/partition-consumer.ts'
import { createPostgresAuditStore, type PostgresAuditStore } from '../../postgres/audit/postgres-audit-store.ts'
import type { AuditMetrics } from '../../telemetry/audit-metrics.ts'
import { ANCHOR_EVERY_ENTRIES, ANCHOR_EVERY_MS } from '../anchor-pace.ts'
import { beginBehindTrim } from '../begin-behind-trim.ts'
import type { KafkaAuditLog } from './kafka-audit-log.ts'

export interface ClusterAuditDeps {
  readonly kafka: KafkaSettings
  readonly topicPrefix: string
  readonly commandsTopic: string
  readonly commandCodec: CommandCodec
  readonly commandReader: LogReader
  readonly log: KafkaAuditLog
  readonly pool: Pool
  readonly signingKey: SigningKey
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly metrics: AuditMetrics
  readonly logger: Logger
  readonly onFatal: (error: Error) => void
  /** Where all folds are watched. */
  readonly reports: Pick<FoldReports, 'watch' | 'watchStops' | 'eventsOf'>
}

const BATCH = { records: 1_000, bytes: 4 << 20 }
const RETRY_DELAY_MS = 500
const LOOK_FOR_DUE_ANCHORS_MS = 250

/** Chains both audited topics into the audit table, and anchors the chains of the partitions that this process has. */
export async function startClusterAudit(deps: ClusterAuditDeps): Promise<{ close(): Promise<void> }> {
  const store = createPostgresAuditStore(deps.pool)
  const { log, metrics } = deps
  await beginOperations(store, log)
  const schedule = new AnchorSchedule({
    signer: deps.signingKey,
    publish: (anchors) => log.publish(anchors),
    now: deps.clock,
    everyEntries: ANCHOR_EVERY_ENTRIES,
    everyMs: ANCHOR_EVERY_MS,
  })
  const consumers = await Promise.all([
    startChaining(deps, store, schedule, 'memory.commands'),
    startChaining(deps, store, schedule, 'audit.operations'),
  ])
  const anchor = async (all: boolean): Promise<void> => {
    try {
      const anchors = await schedule.anchor(all)
      if (anchors > 0) metrics.anchored(anchors)
    } catch (error) {
      metrics.anchorFailed()
      deps.logger.warn({ err: error }, 'the audit could not be anchored')
    }
  }
  let anchoring: Promise<void> | null = null
  const timer = setInterval(() => {
    anchoring ??= anchor(false).finally(() => {
      anchoring = null
    })
  }, LOOK_FOR_DUE_ANCHORS_MS)
  return {
    async close() {
      clearInterval(timer)
      await Promise.all(consumers.map((consumer) => consumer.close()))
      await anchoring
      await anchor(true)
    },
  }
}

function startChaining(
  deps: ClusterAuditDeps,
  store: PostgresAuditStore,
  schedule: AnchorSchedule,
  topic: AuditedTopic,
): Promise<PartitionConsumer> {
  const ofCommands = topic === 'memory.commands'
  const name = ofCommands ? 'audit-commands' : 'audit-operations'
  const projection = createAuditProjection({
    topic,
    store,
    read: ofCommands ? commandReader(deps.commandCodec) : operationReader(deps.log.codec),
    chained: (partition, checkpoint) => schedule.chained({ topic, partition }, checkpoint),
  })
  const projector = new Projector(
    projection,
    ofCommands ? deps.commandReader : deps.log.operations,
    ofCommands ? bothEvents(deps.reports.eventsOf(name), eventsOf(deps, topic)) : eventsOf(deps, topic),
    { batch: BATCH, retryDelayMs: RETRY_DELAY_MS, pause: (ms) => pause(ms) },
  )
  if (ofCommands) deps.reports.watch(name, projector)
  else deps.reports.watchStops(name, projector)
  return startPartitionConsumer({
    kafka: createKafka(deps.kafka, BRIEF_RETRY),
    topic: ofCommands ? deps.commandsTopic : deps.log.operationsTopic,
    groupId: consumerGroup(deps.topicPrefix, name),
    projector,
    logger: deps.logger,
    onFatal: deps.onFatal,
  })
}

const eventsOf = ({ metrics, logger }: ClusterAuditDeps, topic: AuditedTopic): ProjectorEvents => ({
  moved: (_partition, _checkpoint, records) => metrics.chained(topic, Math.max(0, records)),
  deadLetters: () => undefined,
  waiting: (partition, reason) => logger.warn({ topic, partition, reason }, 'the audit waits'),
  stopped: (partition, reason) => {
    metrics.broke()
    logger.error({ topic, partition, reason }, 'log or audit table is not what was chained: run somabrain audit replay')
  },
})

const bothEvents = (one: ProjectorEvents, other: ProjectorEvents): ProjectorEvents => ({
  moved(partition, checkpoint, offsets) {
    one.moved(partition, checkpoint, offsets)
    other.moved(partition, checkpoint, offsets)
  },
  deadLetters: one.deadLetters,
  waiting: one.waiting,
  stopped(partition, reason) {
    one.stopped(partition, reason)
    other.stopped(partition, reason)
  },
})

/** A table that was lost begins behind what was trimmed. */
async function beginOperations(store: PostgresAuditStore, log: KafkaAuditLog): Promise<void> {
  for (const chain of operationChains) {
    const first = await log.operations.start(chain.partition)
    if (first === 0 || (await store.stored(chain)) !== null) continue
    const own = (await log.anchors()).filter((anchor) => chainText(anchor) === chainText(chain))
    const beginning = beginBehindTrim(own, first)
    if (beginning !== null) await store.begin(chain, beginning)
  }
}
