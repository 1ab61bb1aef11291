import type { Logger } from 'pino'
import { chainText } from '../../../domain/audit/audit-topics.ts'
import type { AuditReader } from '../../../query-api/ports/audit-reader.ts'
import { GrowthNews } from '../../embedded/growth-news.ts'
import { AuditSpill } from '../../sqlite/audit/audit-spill.ts'
import type { AuditFiles } from '../../sqlite/audit/prepare-audit.ts'
import { openSqliteAuditReader } from '../../sqlite/audit/sqlite-audit-reader.ts'
import type { AuditMetrics } from '../../telemetry/audit-metrics.ts'
import { ANCHOR_EVERY_ENTRIES, ANCHOR_EVERY_MS } from '../anchor-pace.ts'
import { type AuditRetentionDeps, startAuditRetention } from '../audit-retention.ts'
import { type AuditTrail, createAuditTrail } from '../audit-trail.ts'
import type { AuditReport } from './audit-protocol.ts'
import { startAuditThread } from './audit-thread.ts'
import { trimInThread } from './trim-in-thread.ts'

/**
 * The log has a write before it is chained, so gathering loses nothing; chained one by one, each group commit of the log would
 * cost the audit table a transaction of its own.
 */
const CHAIN_WRITES = { everyMs: 200, awaitedMs: 200 }

export interface EmbeddedAuditDeps {
  readonly dataDir: string
  /** As `prepareAudit` found them ready. */
  readonly files: AuditFiles
  /** log.db. */
  readonly log: string
  readonly signingKey: string | null
  readonly metrics: AuditMetrics
  readonly logger: Logger
  readonly onFatal: (error: Error) => void
  /** `days` `null`: operations are kept for good. */
  readonly retention: Pick<AuditRetentionDeps, 'clock' | 'firstLookMs' | 'lookEveryMs'> & {
    readonly days: number | null
  }
  readonly anchorEveryEntries?: number
  readonly anchorEveryMs?: number
}

/** The audit of a data directory that this process has open. */
export interface EmbeddedAudit {
  readonly trail: AuditTrail
  readonly reader: AuditReader
  /** Where and why the table is chained no further, which no retry mends; `null`: nowhere. */
  readonly trouble: string | null
  /** Partitions of the log grew. */
  grown(partitions: Iterable<number>): void
  close(): Promise<void>
}

/** Starts the audit's thread. Does not wait for it: what is audited before it is up waits with it. */
export function startEmbeddedAudit(deps: EmbeddedAuditDeps): EmbeddedAudit {
  const { dataDir, files, metrics, logger } = deps
  let trouble: string | null = null
  const starting = startAuditThread(
    {
      ...files,
      log: deps.log,
      dataDir,
      signingKey: deps.signingKey,
      anchorEveryEntries: deps.anchorEveryEntries ?? ANCHOR_EVERY_ENTRIES,
      anchorEveryMs: deps.anchorEveryMs ?? ANCHOR_EVERY_MS,
    },
    {
      report(report) {
        tell(report, metrics, logger)
        if (report.kind === 'stopped') trouble ??= `${chainText(report)}: ${report.reason}`
      },
      failed: deps.onFatal,
    },
  )
  // Told to `onFatal`; whoever appends meanwhile hears it too.
  starting.catch(() => undefined)
  const trail = createAuditTrail({
    writer: () => ({ append: async (operations) => (await starting).append(operations) }),
    spill: new AuditSpill(dataDir),
    metrics,
    logger,
  })
  const reader = openSqliteAuditReader(files.audit)
  const writes = new GrowthNews(CHAIN_WRITES, (partitions) => {
    starting.then((thread) => thread.grown(partitions)).catch(() => undefined)
  })
  const { days, ...looks } = deps.retention
  const retention =
    days === null
      ? null
      : startAuditRetention({
          ...{ days, ...looks, metrics, logger, record: (operation) => trail.record(operation) },
          trim: ({ signal, ...until }) => trimInThread({ dataDir, signingKey: deps.signingKey, ...until }, signal),
        })
  return {
    trail,
    reader,
    get trouble() {
      return trouble
    },
    grown: (partitions) => writes.grown(partitions),
    async close() {
      writes.close()
      await retention?.close()
      await trail.close()
      reader.close()
      const thread = await starting.catch(() => null)
      await thread?.close()
    },
  }
}

function tell(report: AuditReport, metrics: AuditMetrics, logger: Logger): void {
  switch (report.kind) {
    case 'chained':
      metrics.chained(report.topic, report.records)
      break
    case 'anchored':
      metrics.anchored(report.anchors)
      break
    case 'anchor-failed':
      metrics.anchorFailed()
      logger.warn({ reason: report.reason }, 'the audit could not be anchored')
      break
    case 'waiting':
      logger.warn(placeOf(report), 'the audit waits')
      break
    case 'stopped':
      metrics.broke()
      logger.error(placeOf(report), 'log or audit table is not what was chained: run somabrain audit replay')
      break
    default:
  }
}

const placeOf = ({ topic, partition, reason }: Extract<AuditReport, { kind: 'waiting' | 'stopped' }>) => ({
  topic,
  partition,
  reason,
})
