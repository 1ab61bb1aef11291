import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { killProcess, launch, logFile, runningPid, stopProcess } from '../../../infra/stack/part-process.ts'
import { commandLine, descendants, isAlive } from '../../../infra/stack/process-table.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

/** A process that names `dir` in its command line, and has a child. */
const parent = (dir: string, script = 'sleep 300 & wait') => ({ file: 'sh', args: ['-c', script, `${dir}/part`] })

test('a process is found by its id and its folder, and its output is in its log', async (t) => {
  const dir = temporaryFolder(t)
  const pid = await launch(dir, parent(dir, 'echo begun; sleep 300 & wait'))
  t.teardown(() => killProcess(dir))
  t.is(runningPid(dir), pid)
  await eventually(() => assert.equal(readFileSync(logFile(dir), 'utf8'), 'begun\n'))
  t.pass()
})

test('an id that now belongs to another process is nothing of ours, and stays alive', async (t) => {
  const dir = temporaryFolder(t)
  const stranger = spawn('sleep', ['300'], { stdio: 'ignore' })
  t.teardown(() => stranger.kill('SIGKILL'))
  await once(stranger, 'spawn')
  writeFileSync(join(dir, 'pid'), `${stranger.pid}\n`)
  t.is(runningPid(dir), null)
  await stopProcess(dir, 'SIGKILL')
  await killProcess(dir)
  t.is(stranger.exitCode, null)
  t.true(isAlive(stranger.pid!, 'sleep'))
})

test('a folder whose name begins like ours is not ours', async (t) => {
  const dir = temporaryFolder(t)
  const stranger = spawn('sh', ['-c', 'read line', `${dir}-2/part`], { stdio: ['pipe', 'ignore', 'ignore'] })
  t.teardown(() => stranger.kill('SIGKILL'))
  await once(stranger, 'spawn')
  writeFileSync(join(dir, 'pid'), `${stranger.pid}\n`)
  t.is(runningPid(dir), null)
})

test('killing ends the children too, and nothing is found after', async (t) => {
  const dir = temporaryFolder(t)
  const pid = await launch(dir, parent(dir))
  const [child] = await eventually(() => {
    const found = descendants(pid)
    assert.equal(found.length, 1)
    return found
  })
  await killProcess(dir)
  t.is(runningPid(dir), null)
  await eventually(() => assert(!(commandLine(child!) ?? '').includes('sleep')))
})

test('stopping what does not run, or never ran, changes nothing', async (t) => {
  const dir = temporaryFolder(t)
  await t.notThrowsAsync(stopProcess(dir, 'SIGTERM'))
  await t.notThrowsAsync(killProcess(dir))
})

test('a program that is not there is an error, not a process', async (t) => {
  const dir = temporaryFolder(t)
  await t.throwsAsync(launch(dir, { file: join(dir, 'nothing'), args: [] }), { code: 'ENOENT' })
  t.is(runningPid(dir), null)
})
