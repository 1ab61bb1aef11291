import { readdirSync, readFileSync } from 'node:fs'
import test from 'ava'
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
  const niceness = readdirSync(threads).map((thread) => {
    const stat = readFileSync(`${threads}/${thread}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[NICE])
  })
  const [own] = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)!.split(' ').slice(NICE)
  t.is(niceness.filter((nice) => nice !== Number(own)).length, 2)
  t.true(niceness.every((nice) => nice >= Number(own)))
})
