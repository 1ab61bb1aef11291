import { Counter, Gauge, type Registry } from 'prom-client'
import { PARTITIONS } from '../../domain/partition.ts'
import type { Progress } from '../../query-api/ports/progress.ts'
import type { ViewMetrics } from '../../query-api/ports/view-metrics.ts'

export interface PipelineMetrics {
  readonly views: ViewMetrics
  deadLetters(count: number): void
  folded(records: number): void
  keyMissing(): void
  /** Partitions whose fold stands still, waiting or stopped. */
  halted(partitions: number): void
}

const PROJECTION = 'long-term'

/** What the pipeline shows: positions compared with the log's real head, so that a stuck fold cannot look healthy. */
export function createPipelineMetrics(
  registry: Registry,
  progress: Pick<Progress, 'head' | 'folded'>,
): PipelineMetrics {
  const registers = [registry]
  const position = (name: string, help: string, read: (partition: number) => number): Gauge =>
    new Gauge({
      name,
      help,
      labelNames: name === 'somabrain_log_head_offset' ? ['partition'] : ['projection', 'partition'],
      registers,
      collect() {
        for (let partition = 0; partition < PARTITIONS; partition++) {
          const labels = name === 'somabrain_log_head_offset' ? { partition } : { projection: PROJECTION, partition }
          this.set(labels, read(partition))
        }
      },
    })
  position('somabrain_log_head_offset', 'Last offset of the log', (partition) => progress.head(partition))
  position('somabrain_projection_offset', 'Last folded offset', (partition) => progress.folded(partition))
  position('somabrain_consumer_lag', 'Records in the log that are not folded', (partition) =>
    Math.max(0, progress.head(partition) - progress.folded(partition)),
  )
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers })
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers })
  const halted = gauge('somabrain_projection_halted_partitions', 'Partitions whose fold waits or has stopped')
  const dead = counter('somabrain_dead_letters_total', 'Records that no schema could read, set aside')
  const folded = counter('somabrain_projection_records_total', 'Records folded into long-term memory')
  const missing = counter('somabrain_data_key_missing_total', 'Answers refused because a data key is missing')
  const residentViews = gauge('somabrain_resident_views', 'Namespaces held in memory')
  const residentBytes = gauge('somabrain_resident_view_bytes', 'Memory of the resident views')
  const loadedRows = counter('somabrain_view_loaded_rows_total', 'Rows loaded into views from nothing')
  const loadSeconds = counter('somabrain_view_load_seconds_total', 'Time spent on loading views from nothing')
  const dropped = new Counter({
    name: 'somabrain_views_dropped_total',
    help: 'Views that left: to make room, or replaced by a new load',
    labelNames: ['reason'],
    registers,
  })
  return {
    views: {
      loaded(rows, milliseconds) {
        loadedRows.inc(rows)
        loadSeconds.inc(milliseconds / 1000)
      },
      dropped: (reason) => dropped.inc({ reason }),
      resident(views, bytes) {
        residentViews.set(views)
        residentBytes.set(bytes)
      },
    },
    deadLetters: (count) => dead.inc(count),
    folded: (records) => folded.inc(records),
    keyMissing: () => missing.inc(),
    halted: (partitions) => halted.set(partitions),
  }
}
