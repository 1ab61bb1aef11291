import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { ArchiveError } from '../../archive/archive-error.ts'
import { readManifest } from '../../archive/archive-manifest.ts'
import { createArchiveMetrics } from '../../archive/archive-metrics.ts'
import { followLog } from '../../archive/follow-log.ts'
import { openClusterArchive } from '../../archive/open-cluster-archive.ts'
import { restoreArchive } from '../../archive/restore/restore-archive.ts'
import { verifyArchive } from '../../archive/verify-archive.ts'
import { createAnchorCheck } from '../../audit/anchor-check.ts'
import { trustedKeys } from '../../audit/trusted-keys.ts'
import { type ArchiverConfiguration, readArchiverConfiguration } from '../../config/archiver-configuration.ts'
import type { ClusterConfiguration } from '../../config/cluster-configuration.ts'
import type { Environment } from '../../config/read-settings.ts'
import { SIGNING_KEY_FILE } from '../../crypto/signing-key.ts'
import { startMetricsServer } from '../../http/start-metrics-server.ts'
import { createPostgresPool, endPostgresPool, POOL_GRACE_MS } from '../../postgres/postgres-pool.ts'
import { createRegistryClient } from '../../registry/registry-client.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { createProcessMetrics } from '../../telemetry/metrics.ts'
import { confirm } from '../confirm.ts'
import type { VerbContext } from '../verb-context.ts'
import type { ArchiveTask } from './archive-line.ts'
import { type ArchiveVerbContext, archiveVerb } from './archive-verb.ts'
import { namingPart } from './naming-part.ts'

/** The archive of a cluster's log. */
export function runArchive(
  task: ArchiveTask,
  environment: Environment,
  { out, err, elapsedMs }: Pick<VerbContext, 'out' | 'err' | 'elapsedMs'>,
): Promise<number> {
  const configuration = readArchiverConfiguration(environment)
  const needed = (): ClusterConfiguration => {
    const cluster = configuration.cluster()
    if (cluster !== null) return cluster
    throw new ArchiveError(
      'somabrain archive is of a cluster: set SOMABRAIN_KAFKA_URL and the addresses of the other parts. A data directory is copied by somabrain backup',
    )
  }
  return namingPart(() =>
    archiveVerb(task, {
      ...{ out, err, elapsedMs, manifest: readManifest },
      async once(folder) {
        const archive = await openClusterArchive(needed(), folder, { logger: silent, clock: Date.now })
        try {
          return await archive.round()
        } finally {
          await archive.close()
        }
      },
      follow: (folder, everyMs) => follow(folder, everyMs, needed(), configuration),
      verify(folder, files) {
        const isSigned = signatureCheck(configuration, files)
        return { ...verifyArchive(folder, { isSigned }), areSignaturesChecked: isSigned !== null }
      },
      restore: (folder, manifest) => restore(folder, manifest, needed()),
      confirm: (question) => confirm(question, err),
    }),
  )
}

const silent = pino({ level: 'silent' })

async function follow(
  folder: string,
  everyMs: number,
  cluster: ClusterConfiguration,
  { logLevel, host, metricsPort }: ArchiverConfiguration,
): Promise<void> {
  const logger = createLogger({ level: logLevel })
  const metrics = createProcessMetrics()
  const shown = createArchiveMetrics(metrics)
  const archive = await openClusterArchive(cluster, folder, { logger, clock: Date.now, onRecords: shown.read })
  shown.archivedAt(archive.archivedAt())
  const ended = new AbortController()
  const end = (): void => ended.abort()
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.once(signal, end)
  try {
    const server = metricsPort === null ? null : await startMetricsServer(metrics, host, metricsPort)
    logger.info({ folder, everyMs, metrics: server?.url }, 'the log is archived')
    try {
      await followLog({
        ...{ round: archive.round, everyMs, signal: ended.signal },
        onRound(round) {
          shown.ended(round)
          shown.archivedAt(archive.archivedAt())
          for (const [part, error] of round.failures) logger.error({ err: error, part }, 'a part was not archived')
          logger.debug({ records: Object.fromEntries(round.records) }, 'a round has ended')
        },
        onFailure(error) {
          shown.failed()
          logger.error({ err: error }, 'the log was not archived')
        },
      })
    } finally {
      await server?.close()
    }
  } finally {
    for (const signal of signals) process.off(signal, end)
    await archive.close()
  }
}

/** `null` where no key is known: the chains are compared with what the anchors say, whoever signed them. */
function signatureCheck(configuration: ArchiverConfiguration, files: readonly string[]) {
  const { signingKey, dataDir } = configuration
  const hasOwn = signingKey !== null || existsSync(join(dataDir, SIGNING_KEY_FILE))
  return hasOwn || files.length > 0 ? createAnchorCheck(trustedKeys(configuration, files)) : null
}

async function restore(
  ...[folder, manifest, cluster]: [...Parameters<ArchiveVerbContext['restore']>, ClusterConfiguration]
): ReturnType<ArchiveVerbContext['restore']> {
  const { kafka, topicPrefix: prefix, replication, registryUrl, postgresDsn } = cluster
  const registry = createRegistryClient({ url: registryUrl })
  const pool = createPostgresPool({ dsn: postgresDsn, applicationName: 'somabrain-restore', max: 1 })
  try {
    return await restoreArchive({
      ...{ folder, manifest, registry, pool, progress: () => undefined },
      settings: { ...kafka, clientId: 'somabrain-restore', logger: silent },
      topics: { prefix, replication, minInsync: Math.max(1, replication - 1) },
    })
  } finally {
    registry.close()
    await endPostgresPool(pool, POOL_GRACE_MS)
  }
}
