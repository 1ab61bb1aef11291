import { execFile } from 'node:child_process'
import { cpSync, readdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { get, post } from '../support/http-client.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

const scripts = fileURLToPath(new URL('../../scripts', import.meta.url))

interface Ran {
  readonly code: number
  readonly output: string
}

/** As a timer runs it, from another folder. */
function run(script: string, environment: Readonly<Record<string, string>>, ...argv: string[]): Promise<Ran> {
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`
  return new Promise((resolve) => {
    execFile(
      join(scripts, script),
      argv,
      { cwd: '/', env: { ...process.env, PATH, ...environment } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), output: `${stdout}${stderr}` }),
    )
  })
}

test('the scripts back up, verify, try and restore, and name what they were not told', async (t) => {
  t.timeout(240_000)
  const [dataDir, into] = [temporaryFolder(t), temporaryFolder(t)]
  const environment = { SOMABRAIN_DATA_DIR: dataDir, SOMABRAIN_BACKUP_DIR: into }
  const untold = await run('backup-somabrain.sh', { SOMABRAIN_DATA_DIR: dataDir })
  t.not(untold.code, 0)
  t.regex(untold.output, /SOMABRAIN_BACKUP_DIR: set it to the folder that holds the backups/)
  const none = await run('verify-backup.sh', environment)
  t.is(none.code, 1)
  t.regex(none.output, /There is no backup at all in/)

  const relative = await run('verify-backup.sh', { ...environment, SOMABRAIN_BACKUP_DIR: into.slice(1) })
  t.regex(relative.output, new RegExp(`There is no backup at all in ${into}`), 'it is taken from where the caller is')

  const server = await startServerProcess(dataDir)
  t.teardown(() => server.kill())
  const first = await post(`${server.url}/remember`, { content: 'Ada keeps bees.' })
  t.is((await run('backup-somabrain.sh', environment)).code, 0)
  const second = await post(`${server.url}/remember`, { content: 'Bo keeps goats.' })
  t.is((await run('backup-somabrain.sh', environment)).code, 0)
  await server.stop()
  const [stamp, newest] = readdirSync(into).sort()
  // Neither is a backup, whatever lies in it.
  for (const name of [`${newest}.partial`, 'old-copies'])
    cpSync(join(into, newest!), join(into, name), { recursive: true })
  for (const script of ['verify-backup.sh', 'test-restore.sh']) {
    for (const chosen of [[], [stamp!]]) {
      const { code, output } = await run(script, environment, ...chosen)
      t.is(code, 0, output)
      t.regex(output, chosen.length === 0 ? /^sound: 14 records/ : /^sound: 13 records/, output)
    }
  }
  t.regex((await run('restore-from-backup.sh', environment)).output, /usage: restore-from-backup\.sh STAMP/)
  t.regex((await run('restore-from-backup.sh', environment, '2026')).output, /There is no backup 2026 in/)
  t.is((await run('restore-from-backup.sh', environment, stamp!)).code, 1, 'nobody said yes')
  const restored = await run('restore-from-backup.sh', environment, stamp!, '--yes')
  t.is(restored.code, 0, restored.output)

  const again = await startServerProcess(dataDir)
  t.teardown(() => again.kill())
  t.is((await get(`${again.url}/memories/${first.body.memory_id}`)).status, 200)
  t.is((await get(`${again.url}/memories/${second.body.memory_id}`)).status, 404)
  t.true(newest! > stamp!)
})
