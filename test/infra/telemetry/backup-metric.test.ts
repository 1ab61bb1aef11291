import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { Registry } from 'prom-client'
import { lastBackupAt, noteBackup } from '../../../infra/sqlite/backup/last-backup.ts'
import { createBackupMetric } from '../../../infra/telemetry/backup-metric.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const NAME = 'somabrain_backup_last_success_timestamp_seconds'

test('when the last backup was made is shown once there is one, and nothing before', async (t) => {
  const dataDir = temporaryFolder(t)
  const registry = new Registry()
  createBackupMetric(registry, () => lastBackupAt(dataDir))
  const isShown = (lines: readonly string[]) =>
    eventually(async () => {
      const found = (await registry.metrics()).split('\n').filter((line) => line.startsWith(NAME))
      assert.deepEqual(found, lines)
    })
  await t.notThrowsAsync(isShown([]))
  for (const at of [Date.UTC(2026, 10, 22, 2), Date.UTC(2026, 10, 23, 2, 0, 0, 500)]) {
    noteBackup(dataDir, at)
    await t.notThrowsAsync(isShown([`${NAME} ${at / 1_000}`]))
  }
  // An age that nobody knows is no age: an alert on its absence tells.
  writeFileSync(join(dataDir, 'last-backup'), 'yesterday')
  await t.notThrowsAsync(isShown([]))
})
