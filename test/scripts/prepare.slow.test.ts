import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { completeLock } from '../../scripts/complete-lockfile.mjs'
import { staleReason } from '../../scripts/prepare.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))

const lock = {
  packages: {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0', dev: true },
    'node_modules/c-darwin': { version: '3.0.0', optional: true },
  },
}
const everything = { production: false }

test('what is installed as locked is left alone, packages of other platforms or not', (t) => {
  const packages = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } }
  t.is(staleReason(lock, { packages }, everything), null)
  t.is(
    staleReason(lock, { packages: { ...packages, 'node_modules/c-darwin': { version: '3.0.0' } } }, everything),
    null,
  )
})

test('nothing installed, a missing package and another version are told apart', (t) => {
  t.is(staleReason(lock, null, everything), 'they are not installed')
  t.is(
    staleReason(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } }, everything),
    'node_modules/b is missing',
  )
  t.is(
    staleReason(lock, { packages: { 'node_modules/a': { version: '1.0.1' } } }, everything),
    'node_modules/a is 1.0.1, not 1.0.0',
  )
})

test('to start, development packages are not needed', (t) => {
  t.is(staleReason(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } }, { production: true }), null)
})

test('this checkout is as its lock file says', (t) => {
  t.is(staleReason(readJson('package-lock.json'), readJson('node_modules/.package-lock.json'), everything), null)
})

test('the lock file names the optional packages of every platform, so that npm ci accepts it everywhere', (t) => {
  const committed = readJson('package-lock.json')
  const { lock: completed, added } = completeLock(committed)
  t.deepEqual(added, [])
  t.deepEqual(completed, committed)
  t.regex(Object.keys(committed.packages).join(), /cli-darwin-arm64/)
})

test('a missing platform package is named with the version that its owner asks for', (t) => {
  const { lock: completed } = completeLock({
    packages: {
      '': {},
      'node_modules/o': { dev: true, optionalDependencies: { '@o/cli-win32-x64': '1.2.3', other: '^1' } },
    },
  })
  t.deepEqual(completed.packages['node_modules/@o/cli-win32-x64'], {
    version: '1.2.3',
    cpu: ['x64'],
    dev: true,
    optional: true,
    os: ['win32'],
  })
})

test('a failing npm ci says so and ends with its status', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'prepare-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(root, 'scripts', 'prepare.mjs'), join(folder, 'scripts', 'prepare.mjs'))
  cpSync(join(root, 'package-lock.json'), join(folder, 'package-lock.json'))
  const failure = t.throws(() =>
    execFileSync(process.execPath, [join(folder, 'scripts', 'prepare.mjs')], { encoding: 'utf8', stdio: 'pipe' }),
  ) as Error & { readonly stderr: string; readonly status: number }
  t.true(failure.status > 0)
  t.regex(failure.stderr, /Installing the locked dependencies .*they are not installed/)
  t.regex(failure.stderr, /npm ci failed/)
})
