import type { Logger } from 'pino'
import { PARTITIONS } from '../../domain/partition.ts'
import type { PartitionState, Projector, ProjectorEvents } from '../../projections/projector.ts'
import type { PipelineMetrics } from '../telemetry/pipeline-metrics.ts'

/** A partition whose fold stands still; `reason` is for the operator, and may tell an address. */
export interface Halted {
  readonly partition: number
  readonly reason: string
}

/** Follows the folds of this process: metrics, log lines, and what stands still for health. */
export class FoldReports {
  readonly #metrics: PipelineMetrics
  readonly #logger: Logger
  readonly #projectors = new Map<string, Projector>()
  readonly #others = new Map<string, Projector>()
  readonly #signs = new Map<string, number>()

  constructor(metrics: PipelineMetrics, logger: Logger) {
    this.#metrics = metrics
    this.#logger = logger
  }

  /** Where and why a fold stands still, or `null`. */
  get trouble(): Halted | null {
    for (const [projection, projector] of [...this.#projectors, ...this.#others]) {
      const [first] = haltedOf(projector)
      if (first !== undefined) return { partition: first.partition, reason: `${projection}: ${first.reason}` }
    }
    return null
  }

  /** How often a fold moved or said that it waits. */
  signsOf(projection: string, partition: number): number {
    return this.#signs.get(`${projection}/${partition}`) ?? 0
  }

  /** The folds of this process by name. */
  get projectors(): ReadonlyMap<string, Projector> {
    return this.#projectors
  }

  watch(projection: string, projector: Projector): void {
    this.#projectors.set(projection, projector)
    this.#metrics.projection(projection).follow({
      position: (partition) => positionOf(projector.state(partition)),
      halted: () => haltedOf(projector).length,
    })
  }

  /** A fold of another topic, which has no head and no lag among these: told is where it stands still. */
  watchStops(projection: string, projector: Projector): void {
    this.#others.set(projection, projector)
  }

  eventsOf(projection: string): ProjectorEvents {
    const metrics = this.#metrics.projection(projection)
    const sign = (partition: number): void => {
      this.#signs.set(`${projection}/${partition}`, this.signsOf(projection, partition) + 1)
    }
    return {
      moved: (partition, _checkpoint, offsets) => {
        sign(partition)
        metrics.records(Math.max(0, offsets))
      },
      deadLetters: (partition, count) => {
        metrics.deadLetters(count)
        this.#logger.error({ projection, partition, count }, 'unreadable records were set aside')
      },
      waiting: (partition, reason, follows) => {
        sign(partition)
        this.#logger[follows ? 'debug' : 'warn']({ projection, partition, reason }, 'the fold waits')
      },
      stopped: (partition, reason) => this.#logger.error({ projection, partition, reason }, 'the fold stopped'),
    }
  }
}

const haltedOf = (projector: Projector): readonly Halted[] =>
  Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, state: projector.state(partition) })).flatMap(
    ({ partition, state }) =>
      state.name === 'stopped' || (state.name === 'waiting' && state.follows !== true)
        ? [{ partition, reason: state.reason }]
        : [],
  )

function positionOf(state: PartitionState) {
  const checkpoint = state.name === 'unassigned' || state.name === 'taking' ? null : state.checkpoint
  return checkpoint === null ? null : { offset: checkpoint.offset, knownTime: checkpoint.knownTime }
}
