import type { Logger } from 'pino'
import type { ProjectionMetrics } from '../telemetry/pipeline-metrics.ts'
import type { FoldProgress } from './fold-progress.ts'
import type { ProjectorReport } from './projector-protocol.ts'

/** Follows the projector's thread: progress for those who wait, trouble for health, metrics and the operator. */
export class FoldWatch {
  readonly #progress: FoldProgress
  readonly #metrics: ProjectionMetrics
  readonly #logger: Logger
  readonly #trouble = new Map<number, string>()

  constructor(progress: FoldProgress, metrics: ProjectionMetrics, logger: Logger) {
    this.#progress = progress
    this.#metrics = metrics
    this.#logger = logger
  }

  /** Why the fold of some partition stands still, or `null`. */
  get trouble(): string | null {
    const [first] = this.#trouble
    return first === undefined ? null : `partition ${first[0]}: ${first[1]}`
  }

  /** Partitions whose fold stands still. */
  get halted(): number {
    return this.#trouble.size
  }

  report(report: ProjectorReport): void {
    switch (report.kind) {
      case 'ready':
        for (const [partition, position] of report.folded.entries()) this.#progress.moved(partition, position)
        break
      case 'moved':
        this.#progress.moved(report.partition, report.position)
        this.#metrics.records(Math.max(0, report.records))
        if (report.measure !== null) this.#metrics.batch(report.measure)
        this.#settle(report.partition, null)
        break
      case 'refused':
        this.#metrics.batch(report.measure)
        break
      case 'dead-letters':
        this.#metrics.deadLetters(report.count)
        this.#logger.error({ partition: report.partition, count: report.count }, 'unreadable records were set aside')
        break
      case 'waiting':
        this.#logger.warn({ partition: report.partition, reason: report.reason }, 'the fold waits')
        this.#settle(report.partition, report.reason)
        break
      case 'stopped':
        this.#logger.error({ partition: report.partition, reason: report.reason }, 'the fold stopped')
        this.#settle(report.partition, report.reason)
        break
    }
  }

  #settle(partition: number, trouble: string | null): void {
    if (trouble === null) this.#trouble.delete(partition)
    else this.#trouble.set(partition, trouble)
  }
}
