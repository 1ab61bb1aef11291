import test from 'ava'
import fc from 'fast-check'
import { clipLines, clipText, padEnd, textWidth, wrapText } from '../../../../infra/cli/view/text-width.ts'
import { propertyRuns } from '../../../support/property-runs.ts'

test('wide characters count two columns, combined ones and escapes what they show', (t) => {
  t.is(textWidth('abc'), 3)
  t.is(textWidth('記憶'), 4)
  t.is(textWidth('🚲'), 2)
  t.is(textWidth('e\u0301'), 1)
  t.is(textWidth('\u001b[1mab\u001b[22m'), 2)
  t.is(padEnd('記', 4), '記  ')
})

test('no line is wider than asked, and no word is lost', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 2, max: 40 }), (text, width) => {
      const lines = wrapText(text, width)
      for (const line of lines) t.true(textWidth(line) <= width)
      t.is(lines.join('').replace(/\s/gu, ''), text.replace(/\s/gu, ''))
    }),
    { numRuns: propertyRuns(200) },
  )
})

test('what is left out shows', (t) => {
  t.deepEqual(clipLines(['one', 'two', 'three'], 2, 10), ['one', 'two …'])
  t.is(clipText('abcdef', 4), 'abc…')
  t.is(clipText('abcd', 4), 'abcd')
  t.deepEqual(clipLines(['one', 'two'], 2, 10), ['one', 'two'])
})
