import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { ExecutionContext } from 'ava'
import { eventually } from './eventually.ts'
import { listens } from './real-parts.ts'

/** A program of a test's own, started and killed as often as the test likes. */
export interface OwnProcess {
  /** Resolves when it listens. */
  start(): Promise<void>
  /** SIGKILL: what it has not written to disk is gone. */
  kill(): Promise<void>
  signal(signal: NodeJS.Signals): void
}

/** `run`: starts it on `port` of this machine. It is killed when the test, or what stands for it, ends. */
export function ownProcess(t: Pick<ExecutionContext, 'teardown'>, port: number, run: () => ChildProcess): OwnProcess {
  let child: ChildProcess | null = null
  const kill = async (): Promise<void> => {
    if (child === null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    child = null
  }
  t.teardown(kill)
  return {
    async start() {
      child = run()
      await eventually(async () => {
        if (!(await listens(port))) throw new Error(`${child?.spawnfile} does not listen`)
      })
    },
    kill,
    signal: (signal) => void child?.kill(signal),
  }
}
