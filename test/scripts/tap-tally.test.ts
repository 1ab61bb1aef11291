import test from 'ava'
import { addTapLine, emptyTally, readTapLine, settle } from '../../scripts/tap-tally.ts'

const output = `TAP version 13
ok 1 - a › skipped # SKIP
not ok 2 - a › planned # TODO
ok 3 - b › holds # and a sign
#   a log line
not ok 4 - a › fails
  ---
    message: 'ok 9 - not a test'
  ...
not ok 5 - test/b.test.js exited with a non-zero exit code: 1

1..4
# tests 4
# pass 1
# skip 1
# fail 2
`

const tallyOf = (text: string) => text.split('\n').map(readTapLine).reduce(addTapLine, emptyTally)

test('passes, failures, crashes of files and skips are counted from the lines', (t) => {
  t.deepEqual(tallyOf(output), { passed: 1, failed: 2, skipped: ['a › skipped', 'a › planned'] })
})

test('a skipped test fails the run only where nothing may be skipped', (t) => {
  const tally = { passed: 3, failed: 0, skipped: ['x'] }
  t.is(settle(tally, 0, false).failed, 0)
  t.is(settle(tally, 0, true).failed, 1)
})

test('a run that crashed or ran nothing is never green', (t) => {
  t.is(settle({ passed: 3, failed: 0, skipped: [] }, 1, false).failed, 1)
  t.is(settle(emptyTally, 0, false).failed, 1)
  t.is(settle({ passed: 3, failed: 2, skipped: [] }, 1, false).failed, 2)
})
