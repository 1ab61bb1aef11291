import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'ava'
import { eventually } from '../../support/eventually.ts'
import { startServerProcess } from '../../support/server-process.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

/** Fields of /proc/PID/task/TID/stat behind the name, which may hold anything (proc_pid_stat(5)): niceness is the 19th of all. */
const NICE = 19 - 3

// Elsewhere niceness belongs to a whole process, and is left alone.
const onLinux = process.platform === 'linux' ? test : test.skip

onLinux('the folds of long-term memory and of the audit give way to what answers, and nothing else does', async (t) => {
  const server = await startServerProcess(temporaryFolder(t))
  t.teardown(() => server.kill())
  const threads = `/proc/${server.child.pid}/task`
  const nicenessIn = (stat: string): number => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[NICE])
  const own = nicenessIn(readFileSync('/proc/self/stat', 'utf8'))
  // A server listens before its audit's thread has begun.
  const niceness = await eventually(() => {
    const all = readdirSync(threads).map((thread) => nicenessIn(readFileSync(`${threads}/${thread}/stat`, 'utf8')))
    assert.equal(all.filter((nice) => nice !== own).length, 2)
    return all
  })
  t.true(niceness.every((nice) => nice >= own))
})
