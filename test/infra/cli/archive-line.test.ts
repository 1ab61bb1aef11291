import test from 'ava'
import { readCommandLine } from '../../../infra/cli/command-line.ts'

const read = (...argv: readonly string[]) => readCommandLine(['archive', ...argv], {})

const tasks: ReadonlyArray<readonly [readonly string[], unknown]> = [
  [['run', '/archive'], { action: 'run', folder: '/archive', everyMs: 60_000 }],
  [['run', '/archive', '--every', '1'], { action: 'run', folder: '/archive', everyMs: 1_000 }],
  [['run', '/archive', '--every', '3600'], { action: 'run', folder: '/archive', everyMs: 3_600_000 }],
  [['run', '/archive', '--once'], { action: 'run', folder: '/archive', everyMs: null }],
  [['status', '/archive'], { action: 'status', folder: '/archive', asJson: false }],
  [['status', '/archive', '--json'], { action: 'status', folder: '/archive', asJson: true }],
  [['verify', '/archive'], { action: 'verify', folder: '/archive', publicKeyFiles: [] }],
  [
    ['verify', '/archive', '--public-key', 'a.pem', '--public-key', 'b.pem'],
    { action: 'verify', folder: '/archive', publicKeyFiles: ['a.pem', 'b.pem'] },
  ],
  [['restore', '/archive'], { action: 'restore', folder: '/archive', isConfirmed: false }],
  [['restore', '/archive', '--yes'], { action: 'restore', folder: '/archive', isConfirmed: true }],
]
for (const [argv, task] of tasks) {
  test(`archive ${argv.join(' ')} is read`, (t) => {
    t.deepEqual(read(...argv), { verb: 'archive', task } as ReturnType<typeof read>)
  })
}

const seconds = (given: string): RegExp =>
  new RegExp(`^--every must be a whole number of seconds from 1 to 3600, not "${given}"$`)

const wrong: ReadonlyArray<readonly [readonly string[], RegExp]> = [
  [[], /^archive needs one of run, status, verify, restore$/],
  [['create', '/archive'], /^archive needs one of run/],
  [['run'], /^archive run needs the folder of the archive$/],
  [['restore', ''], /^archive restore needs the folder of the archive$/],
  [['verify', '/a', '/b'], /^archive verify takes one folder, not "\/b" besides$/],
  [['run', '/a', '--every', '0'], seconds('0')],
  [['run', '/a', '--every', '3601'], seconds('3601')],
  [['run', '/a', '--every', '1.5'], seconds('1.5')],
  [['run', '/a', '--every', '1e2'], seconds('1e2')],
  [['run', '/a', '--every', '60s'], seconds('60s')],
  [['run', '/a', '--every', ''], seconds('')],
  [['run', '/a', '--every', '60', '--once'], /^--once makes one round, and --every goes on: give one of them$/],
  [['run', '/a', '--yes'], /^archive run has no option --yes: it takes --every, --once$/],
  [['status', '/a', '--once'], /^archive status has no option --once: it takes --json$/],
  [['verify', '/a', '--json'], /^archive verify has no option --json: it takes --public-key$/],
  [['restore', '/a', '--public-key', 'a.pem'], /^archive restore has no option --public-key: it takes --yes$/],
]
for (const [argv, problem] of wrong) {
  test(`archive ${argv.join(' ')} is answered with what is wrong`, (t) => {
    const line = read(...argv)
    t.is(line.verb, 'wrong')
    if (line.verb === 'wrong') t.regex(line.problem, problem)
  })
}
