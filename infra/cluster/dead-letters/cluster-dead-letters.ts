import type { LogWriter } from '../../../commands/ports/log-writer.ts'
import { type CommandCodec, createCommandCodec } from '../../../schemas/command-codec.ts'
import type { ClusterConfiguration } from '../../config/cluster-configuration.ts'
import { createKafkaLogReader, type KafkaLogReader } from '../../kafka/kafka-log-reader.ts'
import { createKafkaLogWriter } from '../../kafka/kafka-log-writer.ts'
import { readGenesis } from '../../kafka/read-genesis.ts'
import type { FullDeadLetter, ListedDeadLetter, RecordAddress } from '../../long-term/listed-dead-letter.ts'
import { listDeadLettersPage } from '../../postgres/dead-letters/list-dead-letters-page.ts'
import { readDeadLetter } from '../../postgres/dead-letters/read-dead-letter.ts'
import { recordAction } from '../../postgres/dead-letters/record-action.ts'
import { LONG_TERM } from '../../postgres/long-term/long-term-tables.ts'
import { liveBuild } from '../../postgres/projection-builds.ts'
import { createRegistryClient } from '../../registry/registry-client.ts'
import { resolveSchemaIds } from '../../registry/schema-ids.ts'
import { NotPreparedError } from '../prepare-cluster.ts'
import { openClusterAccess } from '../rebuild/cluster-access.ts'
import { shutdown } from '../shutdown.ts'
import { type Retried, retryDeadLetter } from './retry-dead-letter.ts'

/** The dead letters of a cluster, as the live build of long-term memory has set them aside. */
export interface ClusterDeadLetters {
  readonly codec: CommandCodec
  readonly log: KafkaLogReader
  /** Behind an address, in the order of the log; begin with (0, −1). */
  page(after: RecordAddress, settled: boolean, limit: number): Promise<readonly ListedDeadLetter[]>
  find(address: RecordAddress): Promise<FullDeadLetter | null>
  /** Appends its record again and, when that is certain, writes down who did it. */
  retry(letter: FullDeadLetter, operator: string): Promise<Retried>
  /** Writes down that it needs no more attention. Its bytes stay in the log, and with every build that folds it. */
  drop(letter: FullDeadLetter, operator: string): Promise<void>
  close(): Promise<void>
}

/** Connects to Postgres, Kafka and the registry. Rejects when one of them does not answer, with nothing left open. */
export async function openClusterDeadLetters(
  cluster: ClusterConfiguration,
  clock: () => number,
): Promise<ClusterDeadLetters> {
  const closing = shutdown()
  try {
    return await open(cluster, clock, closing)
  } catch (error) {
    await closing.run()
    throw error
  }
}

async function open(
  cluster: ClusterConfiguration,
  clock: () => number,
  closing: ReturnType<typeof shutdown>,
): Promise<ClusterDeadLetters> {
  const access = openClusterAccess(cluster)
  closing.add('access', () => access.close())
  const { pool, kafka, commandsTopic: topic, topicPrefix } = access
  const live = await liveBuild(pool, LONG_TERM)
  if (live === null) throw new NotPreparedError('No build of long-term memory is live yet: nothing was folded')
  const registry = createRegistryClient({ url: cluster.registryUrl })
  closing.add('registry', async () => registry.close())
  const codec = createCommandCodec(await resolveSchemaIds({ registry, topicPrefix }))
  const log = createKafkaLogReader(kafka, { topic })
  closing.add('log reader', () => log.close())
  // Opened by the first retry: list and show write nothing.
  const writer = lazily(async () => {
    const opened = createKafkaLogWriter(kafka, { topic, generations: await readGenesis(log, codec) })
    closing.add('log writer', () => opened.close())
    return opened
  })
  return {
    codec,
    log,
    page: (after, settled, limit) => listDeadLettersPage(pool, live.schema, { after, settled, limit }),
    find: (address) => readDeadLetter(pool, live.schema, address),
    async retry(letter, operator) {
      const retried = await retryDeadLetter({ log, writer: await writer(), codec, clock }, letter)
      if (retried.outcome === 'appended') {
        await recordAction(pool, letter, { action: 'retried', operator, appended: retried.appended })
      }
      return retried
    },
    drop: (letter, operator) => recordAction(pool, letter, { action: 'dropped', operator }),
    close: () => closing.run(),
  }
}

function lazily(make: () => Promise<LogWriter>): () => Promise<LogWriter> {
  let made: Promise<LogWriter> | null = null
  return () => {
    made ??= make()
    return made
  }
}
