import { readdirSync, readFileSync } from 'node:fs'

/** Command line of a process, or `null` when there is none under this id. Empty for one that ended and was not reaped. */
export function commandLine(pid: number): string | null {
  return readProc(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? null
}

/** Whether `pid` is a living process whose command line names `marker`: an id alone may have been given to another one. */
export function isAlive(pid: number, marker: string): boolean {
  return commandLine(pid)?.includes(marker) ?? false
}

/** All children of a process and theirs. */
export function descendants(pid: number): number[] {
  const parents = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    // "pid (name) state ppid …", and the name may hold anything, so from the last bracket on (proc_pid_stat(5)).
    const stat = readProc(`/proc/${name}/stat`)
    const parent = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    parents.set(parent, [...(parents.get(parent) ?? []), Number(name)])
  }
  const below = (id: number): number[] => (parents.get(id) ?? []).flatMap((child) => [child, ...below(child)])
  return below(pid)
}

function readProc(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return null
    throw error
  }
}

/** Signals a process; one that is gone already is left so. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
