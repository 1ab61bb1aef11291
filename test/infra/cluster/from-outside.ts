import { LONG_TERM_FOLD_VERSION } from '../../../domain/long-term/fold.ts'
import { partitionKey, partitionOf } from '../../../domain/partition.ts'
import { openClusterAccess } from '../../../infra/cluster/rebuild/cluster-access.ts'
import type { ClusterConfiguration } from '../../../infra/config/cluster-configuration.ts'
import { createKafkaLogReader } from '../../../infra/kafka/kafka-log-reader.ts'
import { createKafkaLogWriter } from '../../../infra/kafka/kafka-log-writer.ts'
import { longTermTables } from '../../../infra/postgres/long-term/long-term-tables.ts'
import { PostgresLongTermStore } from '../../../infra/postgres/postgres-long-term-store.ts'
import { ensureBuild } from '../../../infra/postgres/projection-builds.ts'
import { createLongTermProjection } from '../../../projections/long-term/long-term-projection.ts'
import type { CommandCodec } from '../../../schemas/command-codec.ts'

// What a process does to a cluster that is none of its own.

const KEY = partitionKey({ tenant: 'default', namespace: 'default' })
/** Of the namespace that a test writes to when it names none. */
export const PARTITION = partitionOf(KEY)
const PAGE = { records: 100, bytes: 1 << 20 }

export async function appendFromOutside(cluster: ClusterConfiguration, value: Buffer): Promise<void> {
  const access = openClusterAccess(cluster)
  const writer = createKafkaLogWriter(access.kafka, { topic: access.commandsTopic, generations: [] })
  const headers = { 'sent-by': 'a stranger' }
  const [result] = await writer.append([
    { partition: PARTITION, key: KEY, value, headers, timestamp: 1_600_000_000_000 },
  ])
  await writer.close()
  await access.close()
  if (result?.status !== 'appended') throw new Error(`the log answered ${result?.status}`)
}

/** Folds what long-term memory has not folded of the partition, reading it with `codec`. */
export async function foldFromOutside(cluster: ClusterConfiguration, codec: CommandCodec): Promise<void> {
  const access = openClusterAccess(cluster)
  const log = createKafkaLogReader(access.kafka, { topic: access.commandsTopic })
  try {
    const build = await ensureBuild(access.pool, longTermTables(LONG_TERM_FOLD_VERSION))
    const projection = createLongTermProjection(new PostgresLongTermStore(access.pool, build), codec)
    const from = await projection.checkpoint(PARTITION)
    const records = await log.read(PARTITION, from.offset + 1, PAGE)
    const { outcome } = await projection.fold(PARTITION, from, records)
    if (outcome !== 'moved') throw new Error(`the fold came to ${outcome}`)
  } finally {
    await log.close()
    await access.close()
  }
}
