import test from 'ava'
import { readCommandLine } from '../../../infra/cli/command-line.ts'

const read = (...argv: readonly string[]) => readCommandLine(['backup', ...argv], {})

const tasks: ReadonlyArray<readonly [readonly string[], unknown]> = [
  [['create', '/backups'], { action: 'create', into: '/backups' }],
  [['list', '/backups'], { action: 'list', into: '/backups', asJson: false }],
  [['list', '/backups', '--json'], { action: 'list', into: '/backups', asJson: true }],
  [['verify', '/backups/a'], { action: 'verify', backup: '/backups/a' }],
  [['test', '/backups/a'], { action: 'test', backup: '/backups/a' }],
  [['restore', '/backups/a'], { action: 'restore', backup: '/backups/a', isConfirmed: false }],
  [['restore', '/backups/a', '--yes'], { action: 'restore', backup: '/backups/a', isConfirmed: true }],
]
for (const [argv, task] of tasks) {
  test(`backup ${argv.join(' ')} is read`, (t) => {
    t.deepEqual(read(...argv), { verb: 'backup', task } as ReturnType<typeof read>)
  })
}

const wrong: ReadonlyArray<readonly [readonly string[], RegExp]> = [
  [[], /backup needs one of create, list, verify, test, restore/],
  [['make', '/backups'], /backup needs one of create/],
  [['create'], /backup create needs the folder that holds the backups/],
  [['restore', ''], /backup restore needs the folder of a backup/],
  [['verify', '/a', '/b'], /backup verify takes one folder, not "\/b" besides/],
  [['create', '/a', '--yes'], /backup create has no option --yes/],
  [['verify', '/a', '--json'], /backup verify has no option --json/],
]
for (const [argv, problem] of wrong) {
  test(`backup ${argv.join(' ')} is answered with what is wrong`, (t) => {
    const line = read(...argv)
    t.is(line.verb, 'wrong')
    if (line.verb === 'wrong') t.regex(line.problem, problem)
  })
}
