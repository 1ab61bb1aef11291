import { Counter, Gauge, type Registry } from 'prom-client'

/** What became of operations on their way into the log. `lost` is an alarm. */
export type AuditDelivery = 'logged' | 'spilled' | 'lost'

/** Metrics of the audit. */
export interface AuditMetrics {
  delivered(outcome: AuditDelivery, entries: number): void
  chained(topic: string, records: number): void
  anchored(anchors: number): void
  anchorFailed(): void
  /** Operations older than the retention went. */
  trimmed(records: number): void
  /** The log is not what was chained, or the table not what it was chained into: `somabrain_audit_breaks_total`, an alert. */
  broke(): void
  /** Entries that are not in the log yet, asked for when the metrics are read. */
  watchWaiting(read: () => { readonly inMemory: number; readonly onDisk: number }): void
}

export function createAuditMetrics(registry: Registry): AuditMetrics {
  const registers = [registry]
  const entries = new Counter({
    name: 'somabrain_audit_entries_total',
    help: 'Operations to be audited: in the log, put on local disk for it, or lost',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of ['logged', 'spilled', 'lost']) entries.inc({ outcome }, 0)
  const chained = new Counter({
    name: 'somabrain_audit_chained_records_total',
    help: 'Records chained into the audit table',
    labelNames: ['topic'],
    registers,
  })
  const anchors = new Counter({
    name: 'somabrain_audit_anchors_total',
    help: 'Anchors signed and published',
    registers,
  })
  const failures = new Counter({
    name: 'somabrain_audit_anchor_failures_total',
    help: 'Times that anchors could not be published; the next ones cover what they would have covered',
    registers,
  })
  const trimmed = new Counter({
    name: 'somabrain_audit_trimmed_records_total',
    help: 'Operations taken away because they are older than SOMABRAIN_AUDIT_RETENTION_DAYS',
    registers,
  })
  const breaks = new Counter({
    name: 'somabrain_audit_breaks_total',
    help: 'Times that log or audit table was not what had been chained: run somabrain audit replay',
    registers,
  })
  return {
    delivered: (outcome, count) => entries.inc({ outcome }, count),
    chained: (topic, records) => chained.inc({ topic }, records),
    anchored: (count) => anchors.inc(count),
    anchorFailed: () => failures.inc(),
    trimmed: (records) => trimmed.inc(records),
    broke: () => breaks.inc(),
    watchWaiting(read) {
      const waiting = new Gauge({
        name: 'somabrain_audit_waiting_entries',
        help: 'Operations that are not in the log yet, in memory and on local disk',
        labelNames: ['where'],
        registers,
        collect() {
          const { inMemory, onDisk } = read()
          waiting.set({ where: 'memory' }, inMemory)
          waiting.set({ where: 'disk' }, onDisk)
        },
      })
    },
  }
}
