import { hostname } from 'node:os'
import type { Logger } from 'pino'
import { retentionCutoff } from '../../domain/audit/retention.ts'
import type { ExpiredTrim } from '../../projections/audit/trim-expired.ts'
import type { AuditMetrics } from '../telemetry/audit-metrics.ts'
import { administrationOperation } from './administration-operation.ts'
import type { GatheredOperation } from './operation-gatherer.ts'

/** Behind the start, which has enough to do; then for as long as a failure or another process may need. */
const FIRST_LOOK_MS = 60_000
const LOOK_EVERY_MS = 3_600_000

export interface TrimRequest {
  /** What was anchored before this instant goes (milliseconds). */
  readonly before: number
  /** When it is said to be done (milliseconds). */
  readonly now: number
  /** Nobody waits for it any more: nothing new is begun. */
  readonly signal: AbortSignal
}

/** Resolves to `null` where another process is at it. */
export type TrimOnce = (request: TrimRequest) => Promise<ExpiredTrim | null>

export interface AuditRetentionDeps {
  /** How long operations are kept. */
  readonly days: number
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly trim: TrimOnce
  /** Into the audit. */
  readonly record: (operation: GatheredOperation) => void
  readonly metrics: Pick<AuditMetrics, 'trimmed' | 'broke'>
  readonly logger: Logger
  readonly firstLookMs?: number
  readonly lookEveryMs?: number
}

/** Trims the audit by itself, once a UTC day. What fails is tried again at the next look; what does not verify is not, that day. */
export function startAuditRetention(deps: AuditRetentionDeps): { close(): Promise<void> } {
  const giveUp = new AbortController()
  /** The cutoff of which nothing is left to do. */
  let settled = Number.NEGATIVE_INFINITY
  let looking = Promise.resolve()
  const look = async (): Promise<void> => {
    const now = deps.clock()
    const before = retentionCutoff(now, deps.days)
    if (before <= settled) return
    try {
      const done = await deps.trim({ before, now, signal: giveUp.signal })
      if (done === null) return
      settled = before
      tell(deps, done, { before, now })
    } catch (error) {
      if (!giveUp.signal.aborted) deps.logger.warn({ err: error }, 'the audit could not be trimmed')
    }
  }
  const next = (afterMs: number): NodeJS.Timeout =>
    setTimeout(() => {
      looking = look().then(() => {
        if (!giveUp.signal.aborted) timer = next(deps.lookEveryMs ?? LOOK_EVERY_MS)
      })
    }, afterMs).unref()
  let timer = next(deps.firstLookMs ?? FIRST_LOOK_MS)
  return {
    async close() {
      giveUp.abort()
      clearTimeout(timer)
      await looking
    },
  }
}

function tell(
  { record, metrics, logger }: AuditRetentionDeps,
  done: ExpiredTrim,
  { before, now }: Pick<TrimRequest, 'before' | 'now'>,
): void {
  if (done.outcome === 'nothing-due') return
  const until = new Date(before).toISOString()
  const act = {
    what: 'audit trim',
    tenant: null,
    principal: `server:${hostname()}`,
    method: 'SERVER',
    at: now,
  } as const
  if (done.outcome === 'unsound') {
    metrics.broke()
    logger.error(
      { until, findings: done.findings },
      'the audit was not trimmed, it does not verify: run somabrain audit replay',
    )
    record(administrationOperation({ ...act, code: 'unsound' }))
    return
  }
  const records = done.trimmed.reduce((sum, chain) => sum + chain.records, 0)
  metrics.trimmed(records)
  logger.info({ until, records, trimmed: done.trimmed }, 'operations older than the retention were trimmed')
  record(administrationOperation({ ...act, code: null }))
}
