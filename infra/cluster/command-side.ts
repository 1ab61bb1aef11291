import type { Logger } from 'pino'
import { Appender } from '../../commands/appender.ts'
import type { CommandApi } from '../../commands/command-api.ts'
import { createCommandApi } from '../../commands/create-command-api.ts'
import type { EmbeddingFillerOptions } from '../../commands/embedding-filler.ts'
import { InFlight } from '../../commands/in-flight.ts'
import type { FilterResolver } from '../../commands/ports/read-side.ts'
import { observedLogWriter } from '../embedded/observed-log-writer.ts'
import { type BackgroundEmbedding, startBackgroundEmbedding } from '../embedder/background-embedding.ts'
import type { OpenedEmbedder } from '../embedder/opened-embedder.ts'
import { createUnembeddedMemories } from '../embedder/unembedded-memories.ts'
import { createKafkaLogWriter } from '../kafka/kafka-log-writer.ts'
import type { KafkaSettings } from '../kafka/kafka-settings.ts'
import { alone } from '../postgres/alone.ts'
import { postgresLackingVectors } from '../postgres/long-term/lacking-vectors.ts'
import type { EmbedderMetrics } from '../telemetry/embedder-metrics.ts'
import { faultLog } from '../telemetry/fault-log.ts'
import type { ClusterParts } from './cluster-parts.ts'
import type { LogGuard } from './log-guard.ts'

export interface CommandSideDeps {
  readonly kafka: KafkaSettings
  readonly clock: () => number
  readonly embedder?: OpenedEmbedder | null | undefined
  readonly embedderMetrics?: EmbedderMetrics | undefined
  /** Of what embeds stored memories in the background; `null`: nothing does. */
  readonly fillerOptions?: EmbeddingFillerOptions | null | undefined
  readonly logger: Logger
  readonly guard: LogGuard
  /** Resolves what a forget by filter means. */
  readonly filters: FilterResolver
}

export interface CommandSide {
  readonly api: CommandApi
  /** `null` without an embedder. */
  readonly embedding: BackgroundEmbedding | null
  readonly appender: Appender
  /** Why the last append failed, `null` after one that did not. */
  failure(): Error | null
}

/** The command API, appending to Kafka. */
export function createCommandSide(parts: ClusterParts, deps: CommandSideDeps): CommandSide {
  const { commandsTopic: topic, generations, reader, progress, keyring, codec } = parts
  const logFault = faultLog(deps.logger)
  const writer = createKafkaLogWriter(deps.kafka, { topic, generations })
  parts.shutdown.add('log writer', () => writer.close())
  let failure: Error | null = null
  const appender = new Appender(
    observedLogWriter(deps.guard.guarding(writer), {
      appended(lastOffsets) {
        for (const [partition, offset] of lastOffsets) progress.appended(partition, offset)
      },
      outcome(cause) {
        failure = cause
        if (cause !== null) logFault(cause)
      },
    }),
  )
  parts.shutdown.add('appender', () => appender.close())
  const api = createCommandApi({
    ...(deps.embedder == null ? {} : { embedder: deps.embedder }),
    onOwed: (memories) => deps.embedderMetrics?.acceptedWithout(memories),
    clock: deps.clock,
    vault: keyring,
    codec,
    appender,
    inFlight: new InFlight(),
    outcomes: reader,
    memories: reader,
    filters: deps.filters,
    progress,
    onFault: logFault,
  })
  const embedding = deps.embedder == null ? null : startEmbedding(parts, deps, appender, deps.embedder)
  if (embedding !== null) parts.shutdown.add('embedding', () => embedding.close())
  return { api, appender, embedding, failure: () => failure }
}

/** Of the lock under which one process of a cluster embeds what is stored: "SBem". */
const EMBEDDING_LOCK = 0x53_42_65_6d

function startEmbedding(
  { readPool, liveBuild, reader, opener, keyring, codec }: ClusterParts,
  { clock, logger, embedderMetrics, fillerOptions }: CommandSideDeps,
  appender: Appender,
  embedder: OpenedEmbedder,
): BackgroundEmbedding {
  const unembedded = createUnembeddedMemories({
    lacking: postgresLackingVectors(readPool, liveBuild),
    reader,
    opener,
    alone: (work) => alone(readPool, EMBEDDING_LOCK, work),
  })
  return startBackgroundEmbedding(
    {
      ...{ clock, vault: keyring, codec, appender, unembedded, embedder },
      onFault: faultLog(logger),
      onWaiting: (memories) => embedderMetrics?.waiting(memories),
    },
    fillerOptions,
  )
}
