import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { documentedUrl, runnableBlocks } from './runnable-blocks.ts'

// A clone of HEAD in an empty folder, with an empty npm cache, started by a Node of the machine's own: what a newcomer does.
// It downloads every dependency, so it runs only where SOMABRAIN_FRESH_CLONE=1 asks for it (.ci/run does).

const root = fileURLToPath(new URL('../..', import.meta.url))
const modules = join(root, 'node_modules')
const START_DEADLINE_MS = 170_000
const isAsked = process.env.SOMABRAIN_FRESH_CLONE === '1'
const cloneTest = isAsked ? test.serial : test.serial.skip

/** What npm, AVA and this checkout put into the environment; how the machine reaches its registry stays. */
const ofThisRun =
  /^(npm_(lifecycle|package|config_local_prefix|config_cache|execpath|node_execpath|command|environment)|SOMABRAIN_|AVA_|NODE(_OPTIONS|_V8_COVERAGE|_ENV)?$|INIT_CWD$|CI$)/i

/** The environment of somebody who has never been in this checkout. */
function newcomer(folder: string, nodeFolder: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !ofThisRun.test(name))
  const path = (process.env.PATH ?? '').split(delimiter).filter((part) => !part.startsWith(modules))
  return {
    ...Object.fromEntries(own),
    PATH: [nodeFolder, ...path].join(delimiter),
    npm_config_cache: join(folder, 'npm-cache'),
    SOMABRAIN_PORT: '0',
  }
}

/** A folder whose `node` has the given major version: this machine's, the one in node_modules, or one from the registry. */
function folderWithNode(folder: string, major: number): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const path = (process.env.PATH ?? '').split(delimiter).filter((part) => !part.startsWith(modules))
  const nodes = [...path.map((part) => join(part, 'node')), join(modules, '.bin', 'node')]
  const found = nodes.find((node) => versionOf(node).startsWith(`v${major}.`)) ?? fetchNode(folder, major)
  symlinkSync(realpathSync(found), join(bin, 'node'))
  return bin
}

function versionOf(node: string): string {
  try {
    return execFileSync(node, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

function fetchNode(folder: string, major: number): string {
  const prefix = join(folder, 'other-node')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', prefix, `node@${major}`], { stdio: 'ignore' })
  return join(prefix, 'node_modules', '.bin', 'node')
}

interface Started {
  readonly url: string
  stop(): Promise<void>
}

/** `npm start`, until it says where it listens. The process group is ended whole: npm stands between it and the server. */
async function npmStart(t: ExecutionContext, folder: string, env: NodeJS.ProcessEnv): Promise<Started> {
  const npm: ChildProcess = spawn('npm', ['start'], {
    cwd: folder,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => npm.once('close', () => resolve()))
  const stop = async () => {
    if (npm.exitCode === null && npm.signalCode === null && npm.pid !== undefined) process.kill(-npm.pid, 'SIGTERM')
    await ended
  }
  t.teardown(stop)
  return new Promise((resolve, reject) => {
    let printed = ''
    const read = (text: string) => {
      printed += text
      const url = /listens on (http:\/\/\S+)/.exec(printed)?.[1]
      if (url !== undefined) resolve({ url, stop })
    }
    npm.stdout?.setEncoding('utf8').on('data', read)
    npm.stderr?.setEncoding('utf8').on('data', read)
    npm.once('close', (code) => reject(new Error(`npm start ended with ${code}:\n${printed}`)))
    const deadline = AbortSignal.timeout(START_DEADLINE_MS)
    deadline.addEventListener('abort', () => reject(new Error(`npm start says nothing:\n${printed}`)))
  })
}

const runBash = (code: string, folder: string, env: NodeJS.ProcessEnv): string =>
  execFileSync('bash', ['-euo', 'pipefail', '-c', code], { cwd: folder, env, encoding: 'utf8' })

for (const major of [20, 24]) {
  cloneTest(
    `a fresh clone, started by Node ${major} with an empty npm cache, remembers across a restart`,
    async (t) => {
      t.timeout(2 * START_DEADLINE_MS)
      const folder = mkdtempSync(join(tmpdir(), 'fresh-clone-'))
      t.teardown(() => rmSync(folder, { recursive: true, force: true }))
      const clone = join(folder, 'somabrain')
      execFileSync('git', ['clone', '--quiet', root, clone])
      const env = newcomer(folder, folderWithNode(folder, major))
      t.true(runBash('node --version', clone, env).startsWith(`v${major}.`))

      const blocks = runnableBlocks(readFileSync(join(clone, 'README.md'), 'utf8'))
      const first = await npmStart(t, clone, env)
      for (const { code, shows } of blocks) {
        t.true(runBash(code.replaceAll(documentedUrl, first.url), clone, env).includes(shows), code)
      }
      await first.stop()

      const again = await npmStart(t, clone, env)
      const recall = blocks.at(-1)!
      t.true(runBash(recall.code.replaceAll(documentedUrl, again.url), clone, env).includes(recall.shows))
      await again.stop()
      t.is(runBash('git status --porcelain', clone, env), '', 'starting leaves nothing behind that git would see')
    },
  )
}
