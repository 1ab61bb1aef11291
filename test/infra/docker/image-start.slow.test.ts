import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  constants,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { findOnPath } from '../../../infra/stack/system-packages.ts'
import { eventually } from '../../support/eventually.ts'
import { get, post } from '../../support/http-client.ts'
import { copiedPaths } from './copied-paths.ts'

// The image's start command, run as in a container: what the Dockerfile copies, production dependencies only, a tree that cannot be
// written to, a user without rights, and nothing but /data and /tmp to write in.

const root = fileURLToPath(new URL('../../..', import.meta.url))
const NOBODY = 65_534
const DEADLINE_MS = 60_000
const isRoot = process.getuid?.() === 0
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ')
const lastLine = (pattern: RegExp): string => dockerfile.split('\n').findLast((line) => pattern.test(line)) ?? ''
const jsonOf = (line: string): string[] => JSON.parse(line.slice(line.indexOf('[')))

/** The words of the ENV instruction, as a container has them. */
function imageEnvironment(): Record<string, string> {
  const pairs = lastLine(/^ENV /).slice('ENV '.length).trim().split(/\s+/)
  return Object.fromEntries(pairs.map((pair) => pair.split('=', 2) as [string, string]))
}

/** A folder with `app` (read-only), `data` and `tmp`, all of it the container's user's to reach. */
function container(): { readonly folder: string; readonly app: string } {
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-image-'))
  const app = join(folder, 'app')
  mkdirSync(app)
  for (const path of copiedPaths(dockerfile)) cpSync(join(root, path), join(app, path), { recursive: true })
  const install = /^RUN (npm ci .*)$/m.exec(dockerfile)?.[1]?.split(' ') ?? []
  const path = (process.env.PATH ?? '').split(delimiter).filter((part) => !part.includes('node_modules'))
  execFileSync(install[0]!, [...install.slice(1), '--prefer-offline', '--loglevel=error'], {
    cwd: app,
    env: { ...process.env, PATH: path.join(delimiter) },
  })
  // The image has a Node of its own; this run's may be where its user cannot look.
  mkdirSync(join(folder, 'bin'))
  copyFileSync(process.execPath, join(folder, 'bin', 'node'), constants.COPYFILE_FICLONE)
  execFileSync('chmod', ['-R', 'a+rX,a-w', app])
  for (const name of ['data', 'tmp']) {
    mkdirSync(join(folder, name))
    if (isRoot) execFileSync('chown', [`${NOBODY}:${NOBODY}`, join(folder, name)])
  }
  chmodSync(folder, 0o755)
  return { folder, app }
}

const withoutRights = isRoot
  ? [
      findOnPath('setpriv') ?? 'setpriv',
      `--reuid=${NOBODY}`,
      `--regid=${NOBODY}`,
      '--clear-groups',
      '--no-new-privs',
      '--bounding-set=-all',
    ]
  : []

interface Server {
  readonly child: ChildProcess
  readonly url: string
  readonly output: () => string
  readonly environment: Record<string, string>
}

async function start({ folder, app }: ReturnType<typeof container>): Promise<Server> {
  const inContainer = (path: string): string => path.replace(/^\/(data|tmp)\b/, `${folder}/$1`)
  const image = Object.entries(imageEnvironment()).map(([name, value]) => [name, inContainer(value)])
  const environment: Record<string, string> = {
    ...Object.fromEntries(image),
    PATH: join(folder, 'bin'),
    SOMABRAIN_PORT: '0',
  }
  const [file, ...args] = [...withoutRights, join(folder, 'bin', 'node'), ...jsonOf(lastLine(/^CMD /)).slice(1)]
  const child = spawn(file!, args, { cwd: app, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const port = await eventually(() => {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${output}`)
    const listening = /listens on http:\/\/\S+:(\d+)/.exec(output)
    if (listening === null) throw new Error(`does not listen: ${output}`)
    return listening[1]!
  }, DEADLINE_MS)
  environment.SOMABRAIN_PORT = port
  return { child, url: `http://127.0.0.1:${port}`, output: () => output, environment }
}

async function stop({ child }: Server): Promise<number | null> {
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
  return child.exitCode
}

function healthCheck({ environment }: Server, app: string): void {
  const [, script] = jsonOf(lastLine(/^HEALTHCHECK /))
  execFileSync(process.execPath, [script!.replace('/app', app)], { env: environment, stdio: 'pipe' })
}

test('the image is a whole server: without rights, over a tree that it cannot write to, it makes a token and keeps memories', async (t) => {
  const box = container()
  t.teardown(() => {
    execFileSync('chmod', ['-R', 'u+w', box.app])
    rmSync(box.folder, { recursive: true, force: true })
  })
  const first = await start(box)
  t.teardown(() => first.child.kill('SIGKILL'))
  const token = /kept in .*\/data\/api-token:\s+(\S+)/.exec(first.output())?.[1]
  const credential = { authorization: `Bearer ${token}` }
  t.notThrows(() => healthCheck(first, box.app))
  const health = await get(`${first.url}/health`)
  t.deepEqual([health.status, health.body.status], [200, 'healthy'])
  const memory = { content: 'The image keeps what it is told.' }
  t.is((await post(`${first.url}/remember`, memory)).status, 401)
  t.is((await post(`${first.url}/remember`, memory, { ...credential, prefer: 'wait=5' })).status, 201)
  t.is(await stop(first), 0)
  t.throws(() => healthCheck(first, box.app), { message: /\/live: ECONNREFUSED/ })

  const second = await start(box)
  t.teardown(() => second.child.kill('SIGKILL'))
  const recalled = await post(`${second.url}/recall`, { query: 'image', k: 1 }, credential)
  const [found] = recalled.body.results as { content: string }[]
  t.is(found?.content, memory.content)
  t.is(await stop(second), 0)
  if (isRoot) t.is(statSync(join(box.folder, 'data', 'log.db')).uid, NOBODY)
})
