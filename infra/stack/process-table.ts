import { readdirSync, readFileSync } from 'node:fs'

/** More than any execve(2) takes. It is waited for asleep: on a busy machine the program needs the processor. */
const EXEC_MS = 1_000
const never = new Int32Array(new SharedArrayBuffer(4))

/** Command line of a process, or `null` when there is none under this id. Empty for one that ended and was not reaped. */
export function commandLine(pid: number): string | null {
  for (const until = performance.now() + EXEC_MS; ; ) {
    const text = readProc(`/proc/${pid}/cmdline`)
    // In the middle of execve(2) a living process has none for a moment, too.
    const isKnown = text !== '' || statusOf(pid)?.state === 'Z'
    if (isKnown || performance.now() > until) return text?.replaceAll('\0', ' ') ?? null
    Atomics.wait(never, 0, 0, 1)
  }
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
    const parent = statusOf(Number(name))?.parent
    if (parent === undefined) continue
    parents.set(parent, [...(parents.get(parent) ?? []), Number(name)])
  }
  const below = (id: number): number[] => (parents.get(id) ?? []).flatMap((child) => [child, ...below(child)])
  return below(pid)
}

function statusOf(pid: number): { readonly state: string; readonly parent: number } | null {
  const stat = readProc(`/proc/${pid}/stat`)
  if (stat === null) return null
  // "pid (name) state ppid …", and the name may hold anything, so from the last bracket on (proc_pid_stat(5)).
  const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { state, parent: Number(parent) }
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
