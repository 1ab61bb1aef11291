import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { PartCommand } from './part.ts'
import { commandLine, descendants, isAlive, signal } from './process-table.ts'
import { withPrivileges } from './with-privileges.ts'

const STOP_TIMEOUT_MS = 20_000
const POLL_MS = 20

const pidFile = (dir: string): string => join(dir, 'pid')
const markerOf = (dir: string): string => `${dir}/`

export const logFile = (dir: string): string => join(dir, 'log')

/** Process id of what was started in `dir` and still runs, or `null`. */
export function runningPid(dir: string): number | null {
  let pid: number
  try {
    pid = Number.parseInt(readFileSync(pidFile(dir), 'utf8'), 10)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  return isAlive(pid, markerOf(dir)) ? pid : null
}

/** Starts a process that outlives this one, its output in `dir/log`. Its command line must name `dir`. */
export async function launch(dir: string, command: PartCommand): Promise<number> {
  const { file, args } = withPrivileges(command)
  const log = openSync(logFile(dir), 'a')
  try {
    const child = spawn(file, args, { cwd: dir, detached: true, stdio: ['ignore', log, log] })
    await once(child, 'spawn')
    child.unref()
    if (child.pid === undefined) throw new Error(`${file} was started without a process id`)
    writeFileSync(pidFile(dir), `${child.pid}\n`)
    return child.pid
  } finally {
    closeSync(log)
  }
}

/** Asks what runs in `dir` to end and waits; what has not ended in 20 s is killed. */
export async function stopProcess(dir: string, stopSignal: NodeJS.Signals): Promise<void> {
  const pid = runningPid(dir)
  if (pid === null) return
  signal(pid, stopSignal)
  if (!(await gone([{ pid, marker: markerOf(dir) }]))) await killProcess(dir)
  rmSync(pidFile(dir), { force: true })
}

/**
 * SIGKILL to what runs in `dir` and to its children: those of Postgres would live on for a moment, hold its shared memory
 * and so forbid a restart.
 */
export async function killProcess(dir: string): Promise<void> {
  const pid = runningPid(dir)
  if (pid === null) return
  // A child goes by its own command line: those of Postgres write titles over theirs.
  const children = descendants(pid).map((child) => ({ pid: child, marker: commandLine(child) ?? '' }))
  const family = [{ pid, marker: markerOf(dir) }, ...children.filter(({ marker }) => marker !== '')]
  for (const member of family) signal(member.pid, 'SIGKILL')
  if (!(await gone(family))) throw new Error(`process ${pid} survives SIGKILL`)
  rmSync(pidFile(dir), { force: true })
}

interface Known {
  readonly pid: number
  readonly marker: string
}

async function gone(processes: readonly Known[]): Promise<boolean> {
  const until = performance.now() + STOP_TIMEOUT_MS
  while (processes.some(({ pid, marker }) => isAlive(pid, marker))) {
    if (performance.now() > until) return false
    await pause(POLL_MS)
  }
  return true
}
