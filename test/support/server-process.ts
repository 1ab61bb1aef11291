import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { withoutSettings } from './own-environment.ts'

const main = fileURLToPath(new URL('../../main.ts', import.meta.url))
const compileCache = fileURLToPath(new URL('../../scripts/compile-cache.mjs', import.meta.url))
/** As in `npm start`. */
const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=32', '--no-parallel-scavenge']
const READY_TIMEOUT_MS = 60_000

/** A server in a process of its own, as an operator runs it. */
export interface ServerProcess {
  readonly url: string
  readonly child: ChildProcess
  /** What it printed so far. */
  output(): string
  /** SIGKILL: nothing is closed, nothing is flushed. */
  kill(): Promise<void>
  /** SIGTERM: resolves to the exit code. */
  stop(): Promise<number | null>
}

/** Starts `main.ts` on a free port over `dataDir`; rejects with what it printed when it ends instead of listening. */
export async function startServerProcess(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [...flags, '--import', compileCache, main], {
    env: { ...withoutSettings(), SOMABRAIN_DATA_DIR: dataDir, SOMABRAIN_PORT: '0', LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const exited = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      // Nobody has it in hand, so nobody else would end it.
      child.kill('SIGKILL')
      reject(new Error(`no answer in ${READY_TIMEOUT_MS} ms: ${output}`))
    }, READY_TIMEOUT_MS)
    const read = (chunk: Buffer): void => {
      output += chunk.toString()
      const found = /listens on (http:\S+)/.exec(output)
      if (found === null) return
      clearTimeout(timer)
      resolve(found[1]!)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`ended with code ${code}: ${output}`))
    })
  })
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    await exited
    return child.exitCode
  }
  return {
    url,
    child,
    output: () => output,
    kill: async () => {
      await end('SIGKILL')
    },
    stop: () => end('SIGTERM'),
  }
}
