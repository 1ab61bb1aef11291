import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { prepareAuditLog } from '../../../../infra/sqlite/audit/prepare-audit.ts'
import { makeBackup } from '../../../../infra/sqlite/backup/make-backup.ts'
import { restoreBackup } from '../../../../infra/sqlite/backup/restore-backup.ts'
import { prepareEdge } from '../../../../infra/sqlite/edge/prepare-edge.ts'
import { temporaryFolder } from '../../../support/temp-folder.ts'
import { openStores } from '../temporary-stores.ts'

// More of them cost nothing but time: SOMABRAIN_TEST_KILLS=200.
const KILLS = Number(process.env.SOMABRAIN_TEST_KILLS ?? 12)
const CHILD = fileURLToPath(new URL('./restore-until-killed.ts', import.meta.url))
const UNFINISHED = 'restore.unfinished'
const KEPT = ['master.key', 'signing.key', 'erasures.ledger']

/** A data directory, and a backup of it from before it had its last records. */
async function dataAndBackup(dataDir: string, into: string): Promise<string> {
  const write = async (text: string, count: number): Promise<void> => {
    const stores = await openStores(dataDir)
    const records = Array.from({ length: count }, (_, n) => ({
      ...{ partition: n % 12, key: new Uint8Array(), headers: {}, timestamp: 0 },
      value: Buffer.from(`${text} ${n}`.padEnd(4_000, '.')),
    }))
    await stores.logWriter.append(records)
    await stores.close()
  }
  await write('old', 1_000)
  const { folder } = await makeBackup({ dataDir, into, clock: Date.now, version: '0.1.0' })
  await write('new', 500)
  for (const name of KEPT) writeFileSync(join(dataDir, name), name)
  mkdirSync(join(dataDir, 'views'))
  writeFileSync(join(dataDir, 'views', 'a'), 'sealed')
  return folder
}

function copyOf(t: ExecutionContext, dataDir: string): string {
  const copy = temporaryFolder(t)
  cpSync(dataDir, copy, { recursive: true })
  return copy
}

function startRestore(backup: string, dataDir: string): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, backup, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Of one that is left alone, from its first line to its last. */
async function timeOf(backup: string, dataDir: string): Promise<number> {
  const child = startRestore(backup, dataDir)
  const exited = once(child, 'exit')
  await once(child.stdout!, 'data')
  const startedAt = performance.now()
  await Promise.race([once(child.stdout!, 'data'), exited])
  const took = performance.now() - startedAt
  await exited
  return took
}

/** What a data directory's log holds, partition by partition. */
async function endsOf(dataDir: string): Promise<readonly number[]> {
  const stores = await openStores(dataDir)
  try {
    return await Promise.all(Array.from({ length: 12 }, (_, partition) => stores.logReader.end(partition)))
  } finally {
    await stores.close()
  }
}

test('a restore that is killed leaves what no server starts over, and is done when it is called again', async (t) => {
  t.timeout(300_000)
  const [original, into] = [temporaryFolder(t), temporaryFolder(t)]
  const backup = await dataAndBackup(original, into)
  const log = readFileSync(join(original, 'log.db'))
  const before = await endsOf(original)
  const takesMs = await timeOf(backup, copyOf(t, original))
  let cutShort = 0
  for (let kill = 0; kill < KILLS || cutShort === 0; kill++) {
    const dataDir = copyOf(t, original)
    const child = startRestore(backup, dataDir)
    const exited = once(child, 'exit')
    await once(child.stdout!, 'data')
    // Any moment will do: the invariant holds at all of them, and each run tries others.
    await pause(Math.random() * takesMs)
    child.kill('SIGKILL')
    await exited

    if (existsSync(join(dataDir, UNFINISHED))) {
      cutShort++
      const half = makeBackup({ dataDir, into: temporaryFolder(t), clock: Date.now, version: '0.1.0' })
      await t.throwsAsync(half, { message: /a restore was cut short|nothing to back up/ })
      await t.throwsAsync(openStores(dataDir), {
        message: /restore\.unfinished: a restore was cut short\. Run it again/,
      })
    } else {
      // It had not begun, or it was done.
      t.true((await endsOf(dataDir)).every((end, partition) => end <= before[partition]!))
    }
    const aside = await restoreBackup({ backup, dataDir, derived: ['views'], clock: Date.now })
    t.false(existsSync(join(dataDir, UNFINISHED)))
    t.deepEqual(
      (await endsOf(dataDir)).reduce((sum, end) => sum + end, 0),
      1_012,
    )
    for (const name of KEPT) t.is(readFileSync(join(dataDir, name), 'utf8'), name)
    t.false(existsSync(join(dataDir, 'views')))
    // What was there is kept whole, in the first folder that was made for it.
    const [first] = readdirSync(dataDir)
      .filter((name) => name.startsWith('before-'))
      .sort()
    t.true(aside !== null && readFileSync(join(dataDir, first!, 'log.db')).equals(log))
  }
})

test('no journal that one restore left meets the database of the next, and every store has its write-ahead log again', async (t) => {
  const [dataDir, into] = [temporaryFolder(t), temporaryFolder(t)]
  const backup = await dataAndBackup(dataDir, into)
  for (const file of ['log.db', 'keys.db', 'audit-log.db', 'edge.db', 'state.db', 'audit.db']) {
    writeFileSync(join(dataDir, `${file}-journal`), 'hot')
  }
  const aside = await restoreBackup({ backup, dataDir, derived: [], clock: Date.now })
  t.deepEqual(
    readdirSync(dataDir)
      .filter((name) => name.startsWith('log.db') || name.endsWith('-journal'))
      .sort(),
    // That of the lock is the lock's.
    ['lock.db-journal', 'log.db'].filter((name) => existsSync(join(dataDir, name))),
  )
  t.is(readFileSync(join(aside!, 'log.db-journal'), 'utf8'), 'hot')
  // Bytes 18 and 19 of the header: 2 is a write-ahead log, 1 a journal (sqlite.org/fileformat2.html §1.3).
  t.deepEqual([...readFileSync(join(dataDir, 'log.db')).subarray(18, 20)], [2, 2])
  t.deepEqual([...readFileSync(join(backup, 'log.db')).subarray(18, 20)], [1, 1])
})

test('what was made again in the middle of a restore is not put over what was moved', async (t) => {
  const [dataDir, into] = [temporaryFolder(t), temporaryFolder(t)]
  const backup = await dataAndBackup(dataDir, into)
  // As a restore leaves it that was killed while it moved.
  const aside = 'before-20261122T020000000Z'
  writeFileSync(join(dataDir, UNFINISHED), aside)
  mkdirSync(join(dataDir, aside))
  renameSync(join(dataDir, 'log.db'), join(dataDir, aside, 'log.db'))
  const kept = readFileSync(join(dataDir, aside, 'log.db'))
  for (const make of [
    () => prepareAuditLog(dataDir),
    () => prepareEdge(join(dataDir, 'edge.db')),
    () => openStores(dataDir),
  ]) {
    await t.throwsAsync(async () => make(), { message: /a restore was cut short/ })
  }
  writeFileSync(join(dataDir, 'log.db'), 'made again')
  const restore = () => restoreBackup({ backup, dataDir, derived: [], clock: Date.now })
  await t.throwsAsync(restore(), { message: /log\.db: it was made after it had been moved to/ })
  t.true(readFileSync(join(dataDir, aside, 'log.db')).equals(kept))
  rmSync(join(dataDir, 'log.db'))
  t.is(await restore(), join(dataDir, aside))
})

test('what a write-ahead log still held of what was there is kept with it', async (t) => {
  const [dataDir, into] = [temporaryFolder(t), temporaryFolder(t)]
  const backup = await dataAndBackup(dataDir, into)
  for (const suffix of ['-wal', '-shm']) writeFileSync(join(dataDir, `log.db${suffix}`), suffix)
  const aside = await restoreBackup({ backup, dataDir, derived: [], clock: Date.now })
  for (const suffix of ['-wal', '-shm']) {
    t.is(readFileSync(join(aside!, `log.db${suffix}`), 'utf8'), suffix)
    t.false(existsSync(join(dataDir, `log.db${suffix}`)))
  }
})

test('a backup is restored into a folder that is not there yet, and nothing is said to have been there', async (t) => {
  const [dataDir, into] = [temporaryFolder(t), temporaryFolder(t)]
  const backup = await dataAndBackup(dataDir, into)
  const fresh = join(temporaryFolder(t), 'data')
  t.is(await restoreBackup({ backup, dataDir: fresh, derived: [], clock: Date.now }), null)
  t.deepEqual(
    await endsOf(fresh),
    (await endsOf(dataDir)).map((end, partition) => end - (partition < 8 ? 42 : 41)),
  )
})

test('while somebody has the data directory nothing of it is touched', async (t) => {
  const [dataDir, into] = [temporaryFolder(t), temporaryFolder(t)]
  const backup = await dataAndBackup(dataDir, into)
  const stores = await openStores(dataDir)
  const refused = restoreBackup({ backup, dataDir, derived: ['views'], clock: Date.now })
  await t.throwsAsync(refused, { name: 'DirectoryInUseError' })
  await stores.close()
  t.false(readdirSync(dataDir).some((name) => name.startsWith('before-') || name === UNFINISHED))
  t.true(existsSync(join(dataDir, 'views', 'a')))
})

test('a mark that no restore wrote is nothing to go by: nothing is touched', async (t) => {
  const [dataDir, into] = [temporaryFolder(t), temporaryFolder(t)]
  const backup = await dataAndBackup(dataDir, into)
  for (const text of ['', '.', 'before-20261122T020000000Z/..', 'before-20261122T020000000Z moved ']) {
    writeFileSync(join(dataDir, UNFINISHED), text)
    const names = readdirSync(dataDir).sort()
    const refused = restoreBackup({ backup, dataDir, derived: ['views'], clock: Date.now })
    await t.throwsAsync(refused, { name: 'DamagedFileError', message: /it is not what a restore writes/ })
    t.deepEqual(readdirSync(dataDir).sort(), names)
  }
})
