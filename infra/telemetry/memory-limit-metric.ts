import { Gauge, type Registry } from 'prom-client'
import { memoryLimit } from './memory-limit.ts'

/** Beside `process_resident_memory_bytes`, so that an alert can compare. `read`: asked at every scrape, since a limit may be moved. */
export function createMemoryLimitMetric(registry: Registry, read: () => number | null = memoryLimit): void {
  new Gauge({
    name: 'somabrain_process_memory_limit_bytes',
    help: 'Memory that the cgroup lets this process have; absent without a limit',
    registers: [registry],
    collect() {
      const limit = read()
      if (limit === null) this.remove()
      else this.set(limit)
    },
  })
}
