// Runs before `npm start` and `npm test`, on Node 20 too: installs the locked dependencies when node_modules is missing
// or is not what package-lock.json says, and makes sure that the Node they bring can run TypeScript by itself.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const LEAST_NODE = 24

/**
 * Why what is installed is not what the lock file asks for, or `null` when it is. npm notes what it installed in
 * node_modules/.package-lock.json; optional packages of other platforms are not in it.
 */
export function staleReason(lock, installed, { production }) {
  if (installed === null) return 'they are not installed'
  const isWanted = (entry) => !(production && (entry.dev || entry.devOptional))
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === '' || !isWanted(entry)) continue
    const found = installed.packages[path]
    if (found === undefined && entry.optional) continue
    if (found === undefined) return `${path} is missing`
    if (found.version !== entry.version) return `${path} is ${found.version}, not ${entry.version}`
  }
  return null
}

const readJson = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null)

/** The npm that started this script, on the Node that it ran on: node_modules/.bin/node is about to be replaced. */
function npmCommand(root, environment) {
  const { npm_execpath: npm, npm_node_execpath: node } = environment
  const inModules = (path) => path.startsWith(join(root, 'node_modules'))
  const path = (environment.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !inModules(folder))
    .join(delimiter)
  const command = npm && node && !inModules(node) ? [node, npm] : [process.platform === 'win32' ? 'npm.cmd' : 'npm']
  return { command, environment: { ...environment, PATH: path } }
}

function install(root, production) {
  const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...(production ? ['--omit=dev'] : [])]
  const { command, environment } = npmCommand(root, process.env)
  const [file, ...before] = command
  const done = spawnSync(file, [...before, ...flags], { cwd: root, env: environment, stdio: ['ignore', 2, 2] })
  if (done.error) throw done.error
  return done.status ?? 1
}

function nodeVersion(root) {
  const node = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
  const asked = spawnSync(node, ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' })
  return asked.status === 0 ? asked.stdout.trim() : null
}

/** Exit code: 0 when everything stands. */
export function prepare(root, { production, say }) {
  const lock = readJson(join(root, 'package-lock.json'))
  const reason = staleReason(lock, readJson(join(root, 'node_modules', '.package-lock.json')), { production })
  if (reason !== null) {
    say(`Installing the locked dependencies with npm ci (${reason}); this takes a moment …`)
    const status = install(root, production)
    if (status !== 0) {
      say('npm ci failed: see its message above. Is the npm registry reachable? Then run the same command again.')
      return status
    }
  }
  const version = nodeVersion(root)
  if (version === null || Number(/^v(\d+)\./.exec(version)?.[1]) < LEAST_NODE) {
    say(
      `node_modules/.bin/node is ${version ?? 'missing'}; SomaBrain runs on Node ${LEAST_NODE}, which the npm package "node" brings ` +
        'in its install script.\nAllow install scripts for it (npm config get ignore-scripts must say false), ' +
        'delete node_modules and run the same command again.',
    )
    return 1
  }
  return 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url))
  process.exitCode = prepare(root, {
    production: process.argv.includes('--omit=dev'),
    say: (line) => console.error(line),
  })
}
