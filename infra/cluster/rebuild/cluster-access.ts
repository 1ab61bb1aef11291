import type { Pool } from 'pg'
import { pino } from 'pino'
import type { ClusterConfiguration } from '../../config/cluster-configuration.ts'
import type { KafkaSettings } from '../../kafka/kafka-settings.ts'
import { LogHeads } from '../../kafka/log-heads.ts'
import { COMMANDS_TOPIC } from '../../kafka/topic-catalogue.ts'
import { createPostgresPool } from '../../postgres/postgres-pool.ts'
import { shutdown } from '../shutdown.ts'

/** Dropping or analysing the tables of a build may take minutes. */
const STATEMENT_TIMEOUT_MS = 600_000
/** A brokers' answer that a person waits for, not a request. */
const HEADS_TIMEOUT_MS = 5_000

/** What an operator's command works on: the parts of a cluster, without being a process of it. No key is needed for it. */
export interface ClusterAccess {
  readonly kafka: KafkaSettings
  readonly commandsTopic: string
  readonly topicPrefix: string
  readonly pool: Pool
  readonly heads: LogHeads
  close(): Promise<void>
}

/** Connects when it is asked something: what does not answer then rejects. */
export function openClusterAccess(cluster: ClusterConfiguration): ClusterAccess {
  // What the clients have to say while they try again is not for who typed a command.
  const kafka: KafkaSettings = { ...cluster.kafka, clientId: 'somabrain-cli', logger: pino({ level: 'silent' }) }
  const { topicPrefix, postgresDsn: dsn } = cluster
  const commandsTopic = `${topicPrefix}${COMMANDS_TOPIC}`
  const closing = shutdown()
  const pool = createPostgresPool({
    dsn,
    applicationName: 'somabrain-cli',
    max: 2,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  })
  closing.add('Postgres', () => pool.end())
  const heads = new LogHeads(kafka, { topic: commandsTopic, timeoutMs: HEADS_TIMEOUT_MS })
  closing.add('heads', () => heads.close())
  return { kafka, commandsTopic, topicPrefix, pool, heads, close: () => closing.run() }
}
