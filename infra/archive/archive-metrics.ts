import { Counter, Gauge, type Registry } from 'prom-client'
import type { ArchivePart, ArchiveRound } from './log-archive.ts'

const MS_PER_SECOND = 1_000
const PARTS: readonly ArchivePart[] = ['log', 'schemas', 'tables']

export interface ArchiveMetrics {
  /** `archivedAt`: ISO 8601, by part. */
  told(round: ArchiveRound, archivedAt: Readonly<Record<ArchivePart, string | null>>): void
  failed(): void
}

/** What a process that archives shows, from what the archive says of itself on: a restart forgets nothing. */
export function createArchiveMetrics(
  registry: Registry,
  archivedAt: Readonly<Record<ArchivePart, string | null>>,
): ArchiveMetrics {
  const last = new Gauge({
    name: 'somabrain_archive_last_success_timestamp_seconds',
    help: 'When a part of the archive was last brought up to date: log, schemas or tables; absent while it never was.',
    labelNames: ['part'],
    registers: [registry],
  })
  const records = new Counter({
    name: 'somabrain_archive_records_total',
    help: 'Records that were archived, by topic.',
    labelNames: ['topic'],
    registers: [registry],
  })
  const failures = new Counter({
    name: 'somabrain_archive_failures_total',
    help: 'Rounds in which a part could not be archived.',
    labelNames: ['part'],
    registers: [registry],
  })
  for (const part of PARTS) failures.inc({ part }, 0)
  const show = (at: Readonly<Record<ArchivePart, string | null>>): void => {
    for (const part of PARTS) {
      const instant = at[part]
      if (instant !== null) last.set({ part }, Date.parse(instant) / MS_PER_SECOND)
    }
  }
  show(archivedAt)
  return {
    told(round, at) {
      for (const [topic, count] of round.records) records.inc({ topic }, count)
      for (const part of round.failures.keys()) failures.inc({ part })
      show(at)
    },
    failed: () => failures.inc({ part: 'log' }),
  }
}
