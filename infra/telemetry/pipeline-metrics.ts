import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { PARTITIONS } from '../../domain/partition.ts'
import type { FoldMeasure } from '../../projections/measured-fold.ts'
import type { ViewMetrics } from '../../query-api/ports/view-metrics.ts'
import { createViewMetrics } from './view-metrics.ts'

/** What the pipeline shows: positions compared with the log's real head, so that a stuck fold cannot look healthy. */
export interface PipelineMetrics {
  readonly views: ViewMetrics
  /** Tells the last offset of a partition of the log from now on: a start that is tried again has another one to ask. */
  followLog(head: (partition: number) => number): void
  /** Of one projection that this process folds or follows. Asked again for the same name, it is the same. */
  projection(name: string): ProjectionMetrics
  /** Builds that are being folded beside the live one, and how much of the log each has: 0 to 1, by number. */
  rebuilds(progress: ReadonlyMap<number, number>): void
}

export interface ProjectionMetrics {
  /** What is read when metrics are. */
  follow(fold: FollowedFold): void
  records(count: number): void
  deadLetters(count: number): void
  batch(measure: FoldMeasure): void
}

export interface FoldPosition {
  /** Last folded; −1 before the first. */
  readonly offset: number
  /** Known time of that record, milliseconds since 1970. */
  readonly knownTime: number
}

export interface FollowedFold {
  /** Where a partition's fold stands; `null`: not here. */
  position(partition: number): FoldPosition | null
  /** Partitions whose fold stands still, waiting or stopped. */
  halted(): number
}

type Followed = ReadonlyMap<string, FollowedFold>

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const RECORDS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2000]
const everyPartition = Array.from({ length: PARTITIONS }, (_, partition) => partition)

/**
 * Once for a registry, which takes each name once. `head`: last offset of a partition of the log. `clock`: milliseconds
 * since 1970.
 */
export function createPipelineMetrics(
  registry: Registry,
  head: (partition: number) => number,
  clock: () => number,
): PipelineMetrics {
  const followed = new Map<string, FollowedFold>()
  const instruments = createInstruments(registry)
  let headNow = head
  positionGauges(registry, (partition) => headNow(partition), followed, clock)
  const known = new Map<string, ProjectionMetrics>()
  const create = (projection: string): ProjectionMetrics => ({
    follow: (fold) => void followed.set(projection, fold),
    records: (count) => instruments.records.inc({ projection }, count),
    deadLetters: (count) => instruments.deadLetters.inc({ projection }, count),
    batch({ outcome, records, foldMs, commitMs }) {
      instruments.batchRecords.observe({ projection }, records)
      instruments.foldSeconds.observe({ projection }, foldMs / 1000)
      if (commitMs > 0) instruments.commitSeconds.observe({ projection }, commitMs / 1000)
      if (outcome !== 'moved') instruments.refused.inc({ projection, outcome })
    },
  })
  return {
    views: createViewMetrics(registry),
    followLog(newHead) {
      headNow = newHead
    },
    rebuilds(progress) {
      instruments.rebuildProgress.reset()
      for (const [build, ratio] of progress) instruments.rebuildProgress.set({ build }, ratio)
    },
    projection(name) {
      const metrics = known.get(name) ?? create(name)
      known.set(name, metrics)
      return metrics
    },
  }
}

function positionGauges(
  registry: Registry,
  head: (partition: number) => number,
  followed: Followed,
  clock: () => number,
): void {
  const registers = [registry]
  new Gauge({
    name: 'somabrain_log_head_offset',
    help: 'Last offset of the log',
    labelNames: ['partition'],
    registers,
    collect() {
      for (const partition of everyPartition) this.set({ partition }, head(partition))
    },
  })
  new Gauge({
    name: 'somabrain_projection_halted_partitions',
    help: 'Partitions whose fold waits or has stopped',
    labelNames: ['projection'],
    registers,
    collect() {
      for (const [projection, fold] of followed) this.set({ projection }, fold.halted())
    },
  })
  const ofProjection = (name: string, help: string, read: (position: FoldPosition, head: number) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['projection', 'partition'],
      registers,
      collect() {
        this.reset()
        for (const [projection, fold] of followed) {
          for (const partition of everyPartition) {
            const position = fold.position(partition)
            if (position !== null) this.set({ projection, partition }, read(position, head(partition)))
          }
        }
      },
    })
  ofProjection('somabrain_projection_offset', 'Last folded offset', ({ offset }) => offset)
  ofProjection('somabrain_consumer_lag', 'Records in the log that are not folded', ({ offset }, end) =>
    Math.max(0, end - offset),
  )
  ofProjection(
    'somabrain_consumer_lag_seconds',
    'Age of the last folded record while there is more to fold, else 0',
    ({ offset, knownTime }, end) => (offset >= end ? 0 : Math.max(0, clock() - knownTime) / 1000),
  )
}

function createInstruments(registry: Registry) {
  const registers = [registry]
  const labelNames = ['projection'] as const
  const counter = (name: string, help: string) => new Counter({ name, help, labelNames, registers })
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name, help, labelNames, buckets, registers })
  return {
    records: counter('somabrain_projection_records_total', 'Records folded'),
    deadLetters: counter('somabrain_dead_letters_total', 'Records that no schema could read, set aside'),
    refused: new Counter({
      name: 'somabrain_projection_refused_moves_total',
      help: 'Batches that did not move the checkpoint, by why',
      labelNames: ['projection', 'outcome'],
      registers,
    }),
    batchRecords: histogram('somabrain_projection_batch_records', 'Records of a batch', RECORDS),
    foldSeconds: histogram('somabrain_projection_fold_seconds', 'Seconds that a batch took in all', SECONDS),
    commitSeconds: histogram('somabrain_projection_commit_seconds', 'Seconds of that in the store’s move', SECONDS),
    rebuildProgress: new Gauge({
      name: 'somabrain_rebuild_progress_ratio',
      help: 'How much of the log a build of long-term memory has that is not live yet',
      labelNames: ['build'],
      registers,
    }),
  }
}
