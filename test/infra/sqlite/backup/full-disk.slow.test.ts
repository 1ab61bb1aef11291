import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { makeBackup } from '../../../../infra/sqlite/backup/make-backup.ts'
import { restoreBackup } from '../../../../infra/sqlite/backup/restore-backup.ts'
import { newRecord } from '../../../contract/log-adapter.ts'
import { mountSmallFileSystem } from '../small-file-system.ts'
import { openStores, temporaryFolder } from '../temporary-stores.ts'

const MEBIBYTE = 1 << 20
const TOO_LARGE = 3_000

const probe = mountSmallFileSystem(1)
if (typeof probe === 'string') console.log(`# no small file system can be mounted here: ${probe}`)
else probe.remove()
const onRealDisk = typeof probe === 'string' ? test.skip : test

function smallDisk(t: ExecutionContext, megabytes: number): string {
  const disk = mountSmallFileSystem(megabytes)
  if (typeof disk === 'string') throw new Error(disk)
  t.teardown(() => disk.remove())
  return disk.path
}

async function write(dataDir: string, records: number): Promise<void> {
  const stores = await openStores(dataDir)
  const texts = Array.from({ length: records }, (_, n) => newRecord(0, `record ${n} `.padEnd(2_000, '.')))
  await stores.logWriter.append(texts)
  await stores.close()
}

onRealDisk('a backup that does not fit leaves nothing behind and says where', async (t) => {
  const [dataDir, into] = [temporaryFolder(t), smallDisk(t, 2)]
  await write(dataDir, TOO_LARGE)
  const made = makeBackup({ dataDir, into, clock: Date.now, version: '0.1.0' })
  const error = await t.throwsAsync(made, { name: 'DirectoryUnusableError' })
  t.true(error!.message.startsWith(`${into} cannot be used`), error!.message)
  t.deepEqual(readdirSync(into), [])
})

onRealDisk('a restore that does not fit keeps what was there, and is done once there is room', async (t) => {
  const [original, into, dataDir] = [temporaryFolder(t), temporaryFolder(t), smallDisk(t, 16)]
  await write(original, TOO_LARGE)
  const { folder: backup } = await makeBackup({ dataDir: original, into, clock: Date.now, version: '0.1.0' })
  await write(dataDir, 3)
  const filler = join(dataDir, 'filler')
  writeFileSync(filler, Buffer.alloc(14 * MEBIBYTE))
  const restore = (): Promise<string | null> => restoreBackup({ backup, dataDir, derived: [], clock: Date.now })
  await t.throwsAsync(restore(), { name: 'DirectoryUnusableError' })
  await t.throwsAsync(openStores(dataDir), { message: /a restore was cut short/ })
  rmSync(filler)
  const aside = await restore()
  const restored = await openStores(dataDir)
  t.is(await restored.logReader.end(0), TOO_LARGE + 1)
  await restored.close()
  const kept = await openStores(aside!)
  t.is(await kept.logReader.end(0), 4)
  await kept.close()
})
