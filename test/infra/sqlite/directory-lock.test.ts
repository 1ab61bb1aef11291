import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { DamagedFileError } from '../../../infra/sqlite/data-dir/damaged-file-error.ts'
import { openDataDirectory } from '../../../infra/sqlite/data-dir/data-directory.ts'
import { DirectoryInUseError } from '../../../infra/sqlite/data-dir/directory-lock.ts'
import { openStores, temporaryFolder } from './temporary-stores.ts'

const CHILD = fileURLToPath(new URL('./hold-directory.ts', import.meta.url))

test('a directory that another process has is refused with its pid, and is free once that process is killed', async (t) => {
  const folder = temporaryFolder(t)
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  const error = t.throws(() => openDataDirectory(folder), { instanceOf: DirectoryInUseError })
  t.is(error.pid, child.pid ?? 0)
  t.true(error.message.includes(folder) && error.message.includes(`process ${child.pid}`))
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  await closed
  const directory = openDataDirectory(folder)
  directory.close()
})

test('one process cannot open a directory twice, and can again after closing it', async (t) => {
  const folder = temporaryFolder(t)
  const stores = await openStores(folder)
  await t.throwsAsync(openStores(folder), { instanceOf: DirectoryInUseError })
  // The refused attempt must not have let go of the locks of the first (howtocorrupt.html §2.2).
  t.throws(() => openDataDirectory(folder), { instanceOf: DirectoryInUseError })
  await stores.close()
  const again = await openStores(folder)
  await again.close()
})

test('a new data directory and its files are for their owner only', async (t) => {
  const folder = join(temporaryFolder(t), 'deep', 'data')
  const stores = await openStores(folder)
  t.teardown(() => stores.close())
  t.is(statSync(folder).mode & 0o777, 0o700)
  for (const file of [stores.files.log, `${stores.files.log}-wal`, stores.files.keys, stores.files.state]) {
    t.is(statSync(file).mode & 0o077, 0, file)
  }
})

test('a lock file that is no lock file is refused by name', (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'lock.db'), 'x'.repeat(5_000))
  const error = t.throws(() => openDataDirectory(folder), { instanceOf: DamagedFileError })
  t.is(error.file, join(folder, 'lock.db'))
})
