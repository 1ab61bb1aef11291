import { Gauge, type Registry } from 'prom-client'
import { LastLook } from './last-look.ts'

const MS_PER_SECOND = 1_000

/**
 * `somabrain_backup_last_success_timestamp_seconds`, as the {@link LastLook} found it; without a value while there never was a backup.
 * `lastAt`: milliseconds; rejects where there was none.
 */
export function createBackupMetric(registry: Registry, lastAt: () => Promise<number>): void {
  const last = new LastLook(lastAt)
  new Gauge({
    name: 'somabrain_backup_last_success_timestamp_seconds',
    help: 'When the newest backup of the data directory was made; absent while none is noted.',
    registers: [registry],
    collect() {
      const { found } = last
      if (found === null) this.remove()
      else this.set(found / MS_PER_SECOND)
      last.again()
    },
  })
}
