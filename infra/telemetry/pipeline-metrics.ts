import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { PARTITIONS } from '../../domain/partition.ts'
import type { FoldMeasure } from '../../projections/measured-fold.ts'
import type { ViewMetrics } from '../../query-api/ports/view-metrics.ts'
import { type FollowedFold, FollowedFolds, type SeenFold, type StandingFold } from './followed-folds.ts'
import { createViewMetrics } from './view-metrics.ts'

/** What the pipeline shows: positions compared with the log's real head, so that a stuck fold cannot look healthy. */
export interface PipelineMetrics {
  readonly views: ViewMetrics
  /** Tells the last offset of a partition of the log from now on: a start that is tried again has another one to ask. */
  followLog(head: (partition: number) => number): void
  /** Of one projection that this process folds or follows. Asked again for the same name, it is the same. */
  projection(name: string): ProjectionMetrics
  /** A fold as its store shows it, whoever folds. `name`: of the projection now, for another build may go live. */
  followStore(key: string, name: () => string, fold: FollowedFold): void
  /** Looks where the folds stand at every second until it is called off: nobody else may ask for hours. */
  startLooking(): () => void
  /** The fold of a followed store that has been behind the log without moving for longest. `null`: each one moves. */
  standing(): StandingFold | null
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

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const RECORDS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2000]
const LOOK_EVERY_MS = 1_000
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
  const instruments = createInstruments(registry)
  let headNow = head
  const folds = new FollowedFolds((partition) => headNow(partition), clock)
  positionGauges(registry, (partition) => headNow(partition), folds)
  const known = new Map<string, ProjectionMetrics>()
  const create = (projection: string): ProjectionMetrics => ({
    follow: (fold) => folds.followHere(projection, fold),
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
    followStore: (key, name, fold) => folds.followStore(key, name, fold),
    startLooking() {
      const timer = setInterval(() => void folds.look(), LOOK_EVERY_MS).unref()
      return () => clearInterval(timer)
    },
    standing: () => folds.standing(),
    projection(name) {
      // A counter that begins with its first dead letter hides that one from increase().
      if (!known.has(name)) instruments.deadLetters.inc({ projection: name }, 0)
      const metrics = known.get(name) ?? create(name)
      known.set(name, metrics)
      return metrics
    },
  }
}

function positionGauges(registry: Registry, head: (partition: number) => number, folds: FollowedFolds): void {
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
      this.reset()
      for (const [projection, halted] of folds.halted()) this.set({ projection }, halted)
    },
  })
  const ofProjection = (name: string, help: string, read: (seen: SeenFold) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['projection', 'partition'],
      registers,
      collect() {
        this.reset()
        for (const seen of folds.look())
          this.set({ projection: seen.projection, partition: seen.partition }, read(seen))
      },
    })
  ofProjection('somabrain_projection_offset', 'Last folded offset', ({ offset }) => offset)
  ofProjection('somabrain_consumer_lag', 'Records in the log that are not folded', ({ offset, head: end }) =>
    Math.max(0, end - offset),
  )
  ofProjection(
    'somabrain_consumer_lag_seconds',
    'For how long there has been something to fold, as far as this process saw; 0 when everything is folded',
    ({ lag }) => lag.behindMs / 1000,
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
