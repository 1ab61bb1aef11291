import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { listBackups, pruneBackups } from '../../../../infra/sqlite/backup/backup-folder.ts'
import { MANIFEST_FILE, manifestText } from '../../../../infra/sqlite/backup/backup-manifest.ts'
import { instantOfStamp, timeStamp } from '../../../../infra/sqlite/data-dir/time-stamp.ts'
import { temporaryFolder } from '../../../support/temp-folder.ts'

const NOW = Date.UTC(2026, 10, 22, 2)
const DAY = 86_400_000
const daysAgo = (days: number): string => timeStamp(NOW - days * DAY)

function addBackup(into: string, name: string): void {
  mkdirSync(join(into, name))
  const madeAt = new Date(NOW).toISOString()
  writeFileSync(join(into, name, MANIFEST_FILE), manifestText({ madeAt, version: '0.1.0', records: 12, files: [] }))
}

test('backups that are older than they are kept go, and nothing else in the folder does', (t) => {
  const into = temporaryFolder(t)
  for (const days of [31.001, 30, 29, 1]) addBackup(into, daysAgo(days))
  for (const name of ['notes', '20260101', `${daysAgo(90)}-mine`]) mkdirSync(join(into, name))
  writeFileSync(join(into, 'README'), '')
  t.deepEqual(pruneBackups(into, 30, NOW), [daysAgo(31.001)])
  t.deepEqual(
    listBackups(into).map(({ stamp }) => stamp),
    [30, 29, 1].map(daysAgo),
  )
  for (const name of ['notes', '20260101', `${daysAgo(90)}-mine`, 'README']) t.true(existsSync(join(into, name)), name)
})

test('the newest backup that can be read stays, however old it is', (t) => {
  const into = temporaryFolder(t)
  for (const days of [400, 300]) addBackup(into, daysAgo(days))
  for (const days of [200, 1]) mkdirSync(join(into, daysAgo(days)))
  t.deepEqual(pruneBackups(into, 30, NOW), [daysAgo(400), daysAgo(200)])
  t.deepEqual(pruneBackups(into, 30, NOW), [])
})

test('a backup of a clock that went ahead is not the newest', (t) => {
  const into = temporaryFolder(t)
  for (const days of [40, -3_650]) addBackup(into, daysAgo(days))
  t.deepEqual(pruneBackups(into, 30, NOW), [])
})

test('what is left of a backup that was cut short goes after a day, and is no backup before', (t) => {
  const into = temporaryFolder(t)
  for (const days of [2, 0.5]) mkdirSync(join(into, `${daysAgo(days)}.partial`))
  t.deepEqual(listBackups(into), [])
  t.deepEqual(pruneBackups(into, 30, NOW), [])
  t.false(existsSync(join(into, `${daysAgo(2)}.partial`)))
  t.true(existsSync(join(into, `${daysAgo(0.5)}.partial`)))
})

test('a backup that cannot be read is listed as one', (t) => {
  const into = temporaryFolder(t)
  mkdirSync(join(into, daysAgo(1)))
  t.deepEqual(listBackups(into), [{ stamp: daysAgo(1), at: NOW - DAY, manifest: null }])
  t.throws(() => listBackups(join(into, 'none')), { name: 'BackupError', message: /is not there/ })
})

test('a stamp is the instant that it was made of, and sorts as that does', (t) => {
  t.is(timeStamp(NOW), '20261122T020000000Z')
  for (const instant of [0, NOW, NOW + 1]) t.is(instantOfStamp(timeStamp(instant)), instant)
  for (const text of ['', '20261122', '20261322T020000000Z', 'x20261122T020000000Z']) t.is(instantOfStamp(text), null)
})
