import type { Logger } from 'pino'
import type { ProjectorEvents } from '../../projections/projector.ts'
import type { PipelineMetrics } from '../embedded/pipeline-metrics.ts'

/** Follows the folds of this process: metrics, log lines, and what stands still for health. */
export class FoldReports {
  readonly #metrics: PipelineMetrics
  readonly #logger: Logger
  readonly #trouble = new Map<string, string>()

  constructor(metrics: PipelineMetrics, logger: Logger) {
    this.#metrics = metrics
    this.#logger = logger
  }

  /** Where and why a fold stands still, or `null`. */
  get trouble(): string | null {
    const [first] = this.#trouble
    return first === undefined ? null : `${first[0]}: ${first[1]}`
  }

  of(projection: string): ProjectorEvents {
    const settle = (partition: number, reason: string | null): void => {
      const place = `${projection} of partition ${partition}`
      if (reason === null) this.#trouble.delete(place)
      else this.#trouble.set(place, reason)
      this.#metrics.halted(this.#trouble.size)
    }
    return {
      moved: (partition, _checkpoint, offsets) => {
        if (projection === 'long-term') this.#metrics.folded(Math.max(0, offsets))
        settle(partition, null)
      },
      deadLetters: (partition, count) => {
        this.#metrics.deadLetters(count)
        this.#logger.error({ projection, partition, count }, 'unreadable records were set aside')
      },
      waiting: (partition, reason) => {
        this.#logger.warn({ projection, partition, reason }, 'the fold waits')
        settle(partition, reason)
      },
      stopped: (partition, reason) => {
        this.#logger.error({ projection, partition, reason }, 'the fold stopped')
        settle(partition, reason)
      },
    }
  }
}
