import test from 'ava'
import { readCommandLine } from '../../../infra/cli/command-line.ts'

const read = (...argv: readonly string[]) => readCommandLine(['rebuild', ...argv], {})

const tasks: ReadonlyArray<readonly [readonly string[], unknown]> = [
  [[], { kind: 'everything' }],
  [['--list'], { kind: 'list' }],
  [['--projection', 'long-term'], { kind: 'long-term', switches: false, dropsOld: false }],
  [['--projection', 'long-term', '--switch'], { kind: 'long-term', switches: true, dropsOld: false }],
  [['--projection', 'long-term', '--switch', '--drop-old'], { kind: 'long-term', switches: true, dropsOld: true }],
  [['--projection', 'working-memory'], { kind: 'working-memory' }],
  [['--switch-to', '3'], { kind: 'switch-to', build: 3 }],
  [['--drop', '12'], { kind: 'drop', build: 12 }],
  [['--drop-working-memory', '2'], { kind: 'drop-working-memory', version: 2 }],
  [['--accept-log'], { kind: 'accept-log', dropsOld: false, confirmed: false }],
  [['--accept-log', '--drop-old', '--yes'], { kind: 'accept-log', dropsOld: true, confirmed: true }],
]

for (const [argv, task] of tasks) {
  test(`rebuild ${argv.join(' ')} is read`, (t) => {
    t.deepEqual(read(...argv), { verb: 'rebuild', task } as ReturnType<typeof read>)
  })
}

const wrong: ReadonlyArray<readonly [readonly string[], RegExp]> = [
  [['--projection', 'audit'], /long-term or working-memory, not "audit"/],
  [['--projection', 'working-memory', '--switch'], /go with --projection long-term/],
  [['--switch'], /go with --projection long-term/],
  [['--projection', 'long-term', '--drop-old'], /--drop-old goes with --switch/],
  [['--switch-to', 'long_term_3'], /number of a build/],
  [['--drop', '0'], /number of a build/],
  [['--drop-working-memory', 'v2'], /--drop-working-memory takes a fold version, .* not "v2"/],
  [['--drop-working-memory', '2', '--drop', '1'], /one of --drop, --drop-working-memory/],
  [['--list', '--drop', '2'], /one of --list, --drop/],
  [['--accept-log', '--switch'], /--accept-log always switches/],
  [['--accept-log', '--projection', 'long-term'], /one of --projection, --accept-log/],
]

for (const [argv, problem] of wrong) {
  test(`rebuild ${argv.join(' ')} is answered with what is wrong`, (t) => {
    const line = read(...argv)
    t.is(line.verb, 'wrong')
    if (line.verb === 'wrong') t.regex(line.problem, problem)
  })
}
