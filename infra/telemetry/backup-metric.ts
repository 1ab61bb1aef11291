import { Gauge, type Registry } from 'prom-client'

const MS_PER_SECOND = 1_000

/** `somabrain_backup_last_success_timestamp_seconds`, without a value while there never was a backup. `lastAt`: milliseconds. */
export function createBackupMetric(registry: Registry, lastAt: () => number | null): void {
  new Gauge({
    name: 'somabrain_backup_last_success_timestamp_seconds',
    help: 'When the newest backup of the data directory was made; absent while none is noted.',
    registers: [registry],
    collect() {
      const at = lastAt()
      if (at === null) this.remove()
      else this.set(at / MS_PER_SECOND)
    },
  })
}
