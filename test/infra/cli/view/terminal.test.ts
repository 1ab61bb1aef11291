import test from 'ava'
import { createTerminal, paint, printable } from '../../../../infra/cli/view/terminal.ts'

const stream = { isTTY: true, columns: 100, write: () => true }
const colour = (environment: Record<string, string>, isTTY = true) =>
  createTerminal({ ...stream, isTTY }, environment).hasColour

test('colours are for people who want them', (t) => {
  t.true(colour({}))
  t.false(colour({ NO_COLOR: '1' }))
  t.true(colour({ NO_COLOR: '' }))
  t.false(colour({ TERM: 'dumb' }))
  t.false(colour({}, false))
  t.true(colour({ FORCE_COLOR: '1' }, false))
  t.false(colour({ FORCE_COLOR: '1', NO_COLOR: '1' }, false))
})

test('without colours painting leaves the text alone', (t) => {
  t.is(paint({ hasColour: false }, 'red', 'x'), 'x')
  t.is(paint({ hasColour: true }, 'red', 'x'), '\u001b[31mx\u001b[39m')
})

test('the width is bounded, so that lines stay readable and bars fit', (t) => {
  t.is(createTerminal({ ...stream, columns: 400 }, {}).columns, 120)
  t.is(createTerminal({ ...stream, columns: 10 }, {}).columns, 40)
  t.is(createTerminal({ write: () => true }, { COLUMNS: '72' }).columns, 72)
})

test('escape sequences and direction marks of a memory never reach the terminal', (t) => {
  t.is(printable('a\u001b[2Jb\u001b]0;title\u0007c\u202Ed\te\r\nf'), 'abcd e  f')
})
