import { Counter, Gauge, type Registry } from 'prom-client'
import type { ViewMetrics } from '../../query-api/ports/view-metrics.ts'

/** What the resident views of namespaces take and do. */
export function createViewMetrics(registry: Registry): ViewMetrics {
  const registers = [registry]
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers })
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers })
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
    loaded(rows, milliseconds) {
      loadedRows.inc(rows)
      loadSeconds.inc(milliseconds / 1000)
    },
    dropped: (reason) => dropped.inc({ reason }),
    resident(views, bytes) {
      residentViews.set(views)
      residentBytes.set(bytes)
    },
  }
}
