import { Counter, Gauge, type Registry } from 'prom-client'
import type { ArchivePart, ArchiveRound } from './log-archive.ts'

const MS_PER_SECOND = 1_000
const PARTS: readonly ArchivePart[] = ['log', 'schemas', 'tables']

export interface ArchiveMetrics {
  /** Records came in. */
  read(topic: string, records: number): void
  /** When each part was last archived, ISO 8601: a process that starts shows what the archive says of itself. */
  archivedAt(at: Readonly<Record<ArchivePart, string | null>>): void
  ended(round: ArchiveRound): void
  failed(): void
}

/** What a process that archives shows. */
export function createArchiveMetrics(registry: Registry): ArchiveMetrics {
  const last = new Gauge({
    name: 'somabrain_archive_last_success_timestamp_seconds',
    help: 'When a part of the archive was last brought up to date: log, schemas or tables; absent while it never was.',
    labelNames: ['part'],
    registers: [registry],
  })
  const records = new Counter({
    name: 'somabrain_archive_records_total',
    help: 'Records that were read into the archive, by topic.',
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
  return {
    read: (topic, count) => records.inc({ topic }, count),
    archivedAt(at) {
      for (const part of PARTS) {
        const instant = at[part]
        if (instant !== null) last.set({ part }, Date.parse(instant) / MS_PER_SECOND)
      }
    },
    ended(round) {
      for (const part of round.failures.keys()) failures.inc({ part })
    },
    failed: () => failures.inc({ part: 'log' }),
  }
}
