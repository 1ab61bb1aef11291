import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, constants, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { findOnPath } from '../../../infra/stack/system-packages.ts'
import { eventually } from '../../support/eventually.ts'
import { copiedPaths } from './copied-paths.ts'

// The image without an engine: what the Dockerfile copies, production dependencies only, a tree that cannot be written to, a user
// without rights, and nothing but /data and /tmp to write in.

const root = fileURLToPath(new URL('../../..', import.meta.url))
const DEADLINE_MS = 60_000
const isRoot = process.getuid?.() === 0
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ')
const lastLine = (pattern: RegExp): string => dockerfile.split('\n').findLast((line) => pattern.test(line)) ?? ''
const jsonOf = (line: string): string[] => JSON.parse(line.slice(line.indexOf('[')))

/** Who a server without rights runs as, when root starts it. */
export const NOBODY = 65_534

export interface Image {
  /** Holds `app`, `data` and `tmp`. */
  readonly folder: string
  /** Starts the image's command; resolves when it listens. */
  start(environment?: Readonly<Record<string, string>>): Promise<ServerOfImage>
  /** Runs a verb of the command line inside it; answers with what it printed. */
  somabrain(verb: readonly string[], environment: Readonly<Record<string, string>>): string
}

export interface ServerOfImage {
  readonly url: string
  output(): string
  /** Runs the image's health check; throws when it fails. */
  checkHealth(): void
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>
}

/** Builds one, which is removed when the test ends. */
export function buildImage(t: ExecutionContext): Image {
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-image-'))
  t.teardown(() => {
    execFileSync('chmod', ['-R', 'u+w', folder])
    rmSync(folder, { recursive: true, force: true })
  })
  const app = join(folder, 'app')
  copyTree(app)
  // The image has a Node of its own; this run's may be where its user cannot look.
  const node = join(folder, 'bin', 'node')
  mkdirSync(join(folder, 'bin'))
  copyFileSync(process.execPath, node, constants.COPYFILE_FICLONE)
  for (const name of ['data', 'tmp']) {
    mkdirSync(join(folder, name))
    if (isRoot) execFileSync('chown', [`${NOBODY}:${NOBODY}`, join(folder, name)])
  }
  chmodSync(folder, 0o755)
  const inside = (given: Readonly<Record<string, string>>): Record<string, string> => ({
    ...imageEnvironment(folder),
    PATH: join(folder, 'bin'),
    SOMABRAIN_PORT: '0',
    ...given,
  })
  return {
    folder,
    start: (environment = {}) => start(t, app, [node, ...jsonOf(lastLine(/^CMD /)).slice(1)], inside(environment)),
    somabrain: (verb, environment) => {
      const [file, ...args] = [
        ...withoutRights(),
        node,
        '--disable-warning=ExperimentalWarning',
        'scripts/somabrain.ts',
        ...verb,
      ]
      return execFileSync(file!, args, { cwd: app, env: inside(environment), encoding: 'utf8', stdio: 'pipe' })
    },
  }
}

function copyTree(app: string): void {
  mkdirSync(app)
  for (const path of copiedPaths(dockerfile)) cpSync(join(root, path), join(app, path), { recursive: true })
  const [npm, ...args] = /^RUN (npm ci .*)$/m.exec(dockerfile)?.[1]?.split(' ') ?? []
  const path = (process.env.PATH ?? '').split(delimiter).filter((part) => !part.includes('node_modules'))
  const env = { ...process.env, PATH: path.join(delimiter) }
  execFileSync(npm!, [...args, '--prefer-offline', '--loglevel=error'], { cwd: app, env, stdio: 'ignore' })
  execFileSync('chmod', ['-R', 'a+rX,a-w', app])
}

/** The words of the ENV instruction, with the container's folders where they are here. */
function imageEnvironment(folder: string): Record<string, string> {
  const pairs = lastLine(/^ENV /).slice('ENV '.length).trim().split(/\s+/)
  const entries = pairs.map((pair) => pair.split('=', 2) as [string, string])
  return Object.fromEntries(entries.map(([name, value]) => [name, value.replace(/^\/(data|tmp)\b/, `${folder}/$1`)]))
}

function withoutRights(): string[] {
  if (!isRoot) return []
  const rights = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs', '--bounding-set=-all']
  return [findOnPath('setpriv') ?? 'setpriv', ...rights]
}

async function start(
  t: ExecutionContext,
  app: string,
  command: readonly string[],
  environment: Record<string, string>,
): Promise<ServerOfImage> {
  const [file, ...args] = [...withoutRights(), ...command]
  const child = spawn(file!, args, { cwd: app, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => child.kill('SIGKILL'))
  let output = ''
  const read = (text: string): void => {
    output += text
  }
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', read)
  const port = await listeningPort(child, () => output)
  const [, script] = jsonOf(lastLine(/^HEALTHCHECK /))
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    checkHealth: () => {
      const env = { ...environment, SOMABRAIN_PORT: port }
      execFileSync(process.execPath, [script!.replace('/app', app)], { env, stdio: 'pipe' })
    },
    stop: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
      return child.exitCode
    },
  }
}

function listeningPort(child: ChildProcess, output: () => string): Promise<string> {
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`ended with ${code}: ${output()}`)))
  const listens = eventually(() => {
    const listening = /listens on http:\/\/\S+:(\d+)/.exec(output())
    if (listening === null) throw new Error(`does not listen: ${output()}`)
    return listening[1]!
  }, DEADLINE_MS)
  return Promise.race([ended, listens])
}
