import test from 'ava'
import { readCommandLine } from '../../../infra/cli/command-line.ts'

const read = (...argv: readonly string[]) => readCommandLine(['dead-letters', ...argv], {})

test('actions are read with their addresses', (t) => {
  t.like(read('list'), { task: { action: 'list', settled: false }, operator: null })
  t.like(read('list', '--all'), { task: { action: 'list', settled: true } })
  t.like(read('show', '3/1042', '0/7'), {
    task: {
      action: 'show',
      letters: [
        { partition: 3, offset: 1042 },
        { partition: 0, offset: 7 },
      ],
    },
  })
  t.like(read('retry', '--all', '--by', 'mara'), { task: { action: 'retry', letters: 'every' }, operator: 'mara' })
  t.like(read('drop', '11/0', '--yes'), {
    task: { action: 'drop', letters: [{ partition: 11, offset: 0 }], confirmed: true },
  })
})

const wrong: ReadonlyArray<readonly [readonly string[], RegExp]> = [
  [[], /one of list, show, retry, drop/],
  [['delete'], /one of list, show, retry, drop/],
  [['show'], /needs PARTITION\/OFFSET/],
  [['drop'], /needs PARTITION\/OFFSET/],
  [['show', '1042'], /"1042" is no PARTITION\/OFFSET/],
  [['list', '3/1'], /takes no addresses/],
  [['retry', '3/1', '--all'], /addresses or --all, not both/],
]

for (const [argv, problem] of wrong) {
  test(`dead-letters ${argv.join(' ')} is answered with what is wrong`, (t) => {
    const line = read(...argv)
    t.is(line.verb, 'wrong')
    if (line.verb === 'wrong') t.regex(line.problem, problem)
  })
}
