import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Role } from '../../../infra/config/configuration.ts'
import { freePort } from '../../../infra/stack/free-port.ts'
import { lastLines } from '../../../infra/stack/last-lines.ts'
import { findOnPath } from '../../../infra/stack/system-packages.ts'
import { eventually } from '../../support/eventually.ts'
import { get } from '../../support/http-client.ts'
import { type Links, startLinks } from './links.ts'
import type { OwnParts } from './own-parts.ts'

const main = fileURLToPath(new URL('../../../main.ts', import.meta.url))
const compileCache = fileURLToPath(new URL('../../../scripts/compile-cache.mjs', import.meta.url))
/** As in `npm start`. */
const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=32', '--no-parallel-scavenge']
/** The kernel kills it with the thread that starts it: a run that is cut off cleans nothing up. */
const endingWithStarter = findOnPath('setpriv') === null ? [] : ['setpriv', '--pdeathsig', 'KILL']
const START_TIMEOUT_MS = 300_000
const STOP_TIMEOUT_MS = 30_000

export type MemberRole = Extract<Role, 'commands' | 'projector' | 'query'>

/** A process of the cluster under test. It keeps its port over restarts. */
export interface Member {
  readonly name: string
  readonly role: MemberRole
  readonly url: string
  readonly links: Links
  start(): void
  /** What `/startup` says it waits for: empty when it has started, `null` while it does not answer. */
  startup(): Promise<readonly string[] | null>
  /** Resolves when it can serve. Rejects with the end of its log when it cannot in a minute. */
  started(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  /** SIGTERM; resolves to the exit code. One that has not ended in half a minute is killed, and the result is `null`. */
  stop(): Promise<number | null>
  /** SIGSTOP: it holds its connections and answers nothing. */
  freeze(): void
  /** SIGCONT. */
  thaw(): void
  close(): Promise<void>
}

export interface MemberOptions {
  readonly name: string
  readonly role: MemberRole
  readonly parts: OwnParts
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  /** Told when it ends without being asked to, with what it last said. */
  readonly onUnasked: (name: string, what: string) => void
}

export async function createMember(options: MemberOptions): Promise<Member> {
  const { name, role, folder } = options
  const links = await startLinks(options.parts)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const log = join(folder, `${name}.log`)
  const environment = {
    ...process.env,
    ...options.environment,
    ...links.environment,
    SOMABRAIN_ROLE: role,
    SOMABRAIN_PORT: String(port),
    SOMABRAIN_DATA_DIR: join(folder, name),
    LOG_LEVEL: 'warn',
  }
  let child: ChildProcess | null = null
  let asked = false
  const start = (): void => {
    asked = false
    const output = openSync(log, 'a')
    const [file, ...args] = [...endingWithStarter, process.execPath, ...flags, '--import', compileCache, main]
    const begun = spawn(file!, args, {
      env: environment,
      stdio: ['ignore', output, output],
    })
    closeSync(output)
    child = begun
    begun.once('exit', (code, signal) => {
      if (child === begun) child = null
      if (!asked) options.onUnasked(name, `ended with ${code ?? signal}: ${lastLines(log)}`)
    })
  }
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = child
    if (ending === null) return null
    asked = true
    const exited = once(ending, 'exit')
    ending.kill(signal)
    // A process that is frozen would never hear SIGTERM.
    if (signal === 'SIGTERM') ending.kill('SIGCONT')
    const timer = setTimeout(() => ending.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await exited
    clearTimeout(timer)
    return ending.exitCode
  }
  const kill = async (): Promise<void> => void (await end('SIGKILL'))
  return {
    name,
    role,
    url,
    links,
    start,
    kill,
    stop: () => end('SIGTERM'),
    startup: () => startupOf(url),
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    started: () =>
      eventually(async () => {
        const waiting = await readiness(url)
        if (waiting !== null) throw new Error(`${name} is not up: ${waiting}\n${lastLines(log)}`)
      }, START_TIMEOUT_MS),
    async close() {
      await kill()
      await links.close()
    },
  }
}

/** What it waits for, or `null`. */
async function readiness(url: string): Promise<string | null> {
  try {
    const { status, body } = await get(`${url}/ready`)
    return status === 200 ? null : JSON.stringify(body)
  } catch (error) {
    return (error as Error).message
  }
}

async function startupOf(url: string): Promise<readonly string[] | null> {
  try {
    const { body } = await get(`${url}/startup`)
    return (body.waiting_for ?? []) as readonly string[]
  } catch {
    // It does not listen yet.
    return null
  }
}
