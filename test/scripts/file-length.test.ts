import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import test from 'ava'

/** CONTRIBUTING.md: what is longer holds more than one thing. */
const MOST_LINES = 300
const WRITTEN_BY_HAND = ['*.ts', '*.mjs', '*.sh', '*.sql', '*.lua', '*.rego', '*.wat', '.ci/run']

test('no file is longer than three hundred lines', (t) => {
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '-z', ...WRITTEN_BY_HAND]
  const files = execFileSync('git', listed, { encoding: 'utf8' }).split('\0').filter(existsSync)
  t.true(files.length > 500, 'the whole tree is looked at')
  const lengths = files.map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
  t.deepEqual(
    lengths.filter(({ lines }) => lines > MOST_LINES),
    [],
  )
})
