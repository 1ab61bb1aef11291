import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { Registry } from 'prom-client'
import { lastBackupAt, noteBackup } from '../../../infra/sqlite/backup/last-backup.ts'
import { createBackupMetric } from '../../../infra/telemetry/backup-metric.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const NAME = 'somabrain_backup_last_success_timestamp_seconds'

test('when the last backup was made is shown once there is one, and nothing before', async (t) => {
  const dataDir = temporaryFolder(t)
  const registry = new Registry()
  createBackupMetric(registry, () => lastBackupAt(dataDir))
  const shown = async (): Promise<readonly string[]> =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith(NAME))
  t.deepEqual(await shown(), [])
  for (const at of [Date.UTC(2026, 10, 22, 2), Date.UTC(2026, 10, 23, 2, 0, 0, 500)]) {
    noteBackup(dataDir, at)
    t.deepEqual(await shown(), [`${NAME} ${at / 1_000}`])
  }
  // An age that nobody knows is no age: an alert on its absence tells.
  writeFileSync(join(dataDir, 'last-backup'), 'yesterday')
  t.deepEqual(await shown(), [])
})
