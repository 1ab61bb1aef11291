import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test from 'ava'
import { copyStore } from '../../../../infra/sqlite/backup/copy-store.ts'
import { logSchema } from '../../../../infra/sqlite/log/log-schema.ts'
import { temporaryFolder } from '../../../support/temp-folder.ts'

const ROWS = 64
const MEBIBYTE = 1 << 20

test('a copy that takes many steps ends although somebody commits between them, and is of one moment', async (t) => {
  t.timeout(120_000)
  const folder = temporaryFolder(t)
  const [source, target] = [join(folder, 'source.db'), join(folder, 'target.db')]
  const writer = new DatabaseSync(source)
  writer.exec('pragma journal_mode = wal; create table blobs (bytes blob); create table ticks (n integer)')
  const insert = writer.prepare('insert into blobs values (zeroblob(?))')
  for (let row = 0; row < ROWS; row++) insert.run(MEBIBYTE)
  const tick = writer.prepare('insert into ticks values (?)')
  let [ticks, isDone] = [0, false]
  const commit = (): void => {
    if (isDone) return
    tick.run(ticks++)
    setImmediate(commit)
  }
  commit()
  const before = ticks
  await copyStore(source, target, logSchema)
  isDone = true
  t.true(ticks > before + 2, 'nobody committed meanwhile')
  writer.close()

  t.false(existsSync(`${target}-wal`))
  t.is(statSync(target).mode & 0o777, 0o600)
  const copy = new DatabaseSync(target, { readOnly: true })
  t.is(copy.prepare('pragma integrity_check').get()?.integrity_check, 'ok')
  t.is(copy.prepare('select count(*) as rows from blobs where length(bytes) = ?').get(MEBIBYTE)?.rows, ROWS)
  // What was committed before the copy began, and nothing of what came after.
  t.is(copy.prepare('select count(*) as rows from ticks').get()?.rows, before)
  copy.close()
})

test('nothing is copied over what is there', async (t) => {
  const folder = temporaryFolder(t)
  const source = join(folder, 'source.db')
  const database = new DatabaseSync(source)
  database.exec('create table a (b)')
  database.close()
  await t.throwsAsync(copyStore(source, source, logSchema), { code: 'EEXIST' })
})
