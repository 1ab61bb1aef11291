import test from 'ava'
import { datesIn } from '../../../domain/text/date-mentions.ts'
import { wordsOf } from '../../../domain/text/words.ts'

/** A Wednesday. */
const AT = Date.UTC(2024, 4, 8, 12)

const dates = (text: string): string[] =>
  datesIn(wordsOf(text).texts, AT).map(({ year, month, day }) =>
    [year, month === null ? null : month + 1, day].join('/'),
  )

const implied = new Map([
  ['yesterday', '2024/5/7'],
  ['tomorrow', '2024/5/9'],
  ['tonight', '2024/5/8'],
  ['last night', '2024/5/7'],
  ['last Friday', '2024/5/3'],
  ['last Wednesday', '2024/5/1'],
  ['next Wednesday', '2024/5/15'],
  ['next Mon', '2024/5/13'],
  ['two weeks ago', '2024/4/'],
  ['a week ago', '2024/5/'],
  ['3 days ago', '2024/5/5'],
  ['a couple of days ago', '2024/5/6'],
  ['five months ago', '2023/12/'],
  ['ten years ago', '2014//'],
  ['last month', '2024/4/'],
  ['next month', '2024/6/'],
  ['last year', '2023//'],
])

test('relative dates are resolved against when the text occurred', (t) => {
  for (const [text, date] of implied) t.deepEqual(dates(`It was ${text}.`), [date], text)
})

test('last and next resolve a month to its nearest year, and a weekend to both days', (t) => {
  t.deepEqual(dates('last November'), ['2023/11/', '/11/'])
  t.deepEqual(dates('next March'), ['2025/3/', '/3/'])
  t.deepEqual(dates('last weekend'), ['2024/5/4', '2024/5/5'])
})

test('stated dates are read in the usual orders', (t) => {
  t.deepEqual(dates('on 8 May 2023'), ['/5/8', '2023//'])
  t.deepEqual(dates('May 8th, 2023'), ['/5/8', '2023//'])
  t.deepEqual(dates('the 8th of May'), ['/5/8'])
  t.deepEqual(dates('in June'), ['/6/'])
  t.deepEqual(dates('on 2023-05-08'), ['2023/5/8'])
})

test('what only looks like a date is none', (t) => {
  t.deepEqual(dates('the last slice, next door, long ago, 2 of 12 plates, 2023-13-40'), ['2023//'])
})
