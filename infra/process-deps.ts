import type { Logger } from 'pino'
import type { EmbeddingFillerOptions } from '../commands/embedding-filler.ts'
import type { QueryLimits } from '../query-api/query-limits.ts'
import type { AuditRetentionDeps } from './audit/audit-retention.ts'
import type { OpenedEmbedder } from './embedder/opened-embedder.ts'
import type { ErasureSettings } from './erasure/erasure-settings.ts'
import type { LimitSettings } from './limits/limit-settings.ts'
import type { EmbedderMetrics } from './telemetry/embedder-metrics.ts'
import type { Metrics } from './telemetry/metrics.ts'

/** What a process needs to start, embedded or in a cluster. */
export interface ProcessDeps {
  readonly dataDir: string
  readonly masterKey: string | null
  /** Signs receipts, and anchors of the audit; absent or `null`: the key of the data directory, made at first start. */
  readonly signingKey?: string | null
  /** How long operations stay in the audit; default: for good. */
  readonly auditRetentionDays?: number | null
  /** When it is looked whether the audit is to be trimmed; default: as audit-retention.ts has it. */
  readonly auditLooks?: Pick<AuditRetentionDeps, 'firstLookMs' | 'lookEveryMs'>
  /** Of erasures; default: the settings of erasure/erasure-settings.ts. */
  readonly erasure?: Omit<ErasureSettings, 'signingKey'>
  readonly viewMemoryBytes: number
  /** Closed by whoever opened it. */
  readonly embedder?: OpenedEmbedder | null
  readonly embedderMetrics?: EmbedderMetrics
  /** Of what embeds stored memories in the background; `null`: nothing does. */
  readonly fillerOptions?: EmbeddingFillerOptions | null
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly logger: Logger
  readonly metrics: Metrics
  /** Limits of tenants; default: none. */
  readonly limits?: LimitSettings | null
  /** Overrides of the query side's limits. */
  readonly queryLimits?: Partial<QueryLimits>
  /** Nothing can go on: a bug ended a fold, or a thread that it needs. */
  readonly onFatal: (error: Error) => void
}
