import test from 'ava'
import fc from 'fast-check'
import { packBlocks, plainTextPieces } from '../../../../infra/cli/import/text-pieces.ts'
import { propertyRuns } from '../../../support/property-runs.ts'

const letters = (text: string): string => text.replace(/\s+/gu, '')

test('paragraphs are packed together up to the target', (t) => {
  t.deepEqual(packBlocks(['one', 'two', 'three'], 9), ['one\n\ntwo', 'three'])
})

test('a long paragraph is cut after a sentence rather than inside one', (t) => {
  t.deepEqual(plainTextPieces('The first is here. The second is there.', 20), [
    'The first is here.',
    'The second is there.',
  ])
})

test('lines stay whole where they fit', (t) => {
  t.deepEqual(packBlocks(['- one\n- two\n- three'], 11), ['- one\n- two', '- three'])
})

test('a word without any seam is cut between characters, never inside one', (t) => {
  t.deepEqual(packBlocks(['🚲🚲🚲🚲'], 2).join(''), '🚲🚲🚲🚲')
})

test('Windows line ends separate paragraphs too', (t) => {
  t.deepEqual(plainTextPieces('one\r\n\r\ntwo', 4), ['one', 'two'])
})

test('whatever the text, no piece is empty or too long and every letter is there in order', (t) => {
  const word = fc.string({ unit: 'grapheme', maxLength: 60 })
  const text = fc.array(fc.oneof(word, fc.constantFrom('\n', '\n\n', ' ', '. ')), { maxLength: 60 })
  fc.assert(
    fc.property(text, fc.integer({ min: 8, max: 80 }), (parts, target) => {
      const whole = parts.join('')
      const pieces = plainTextPieces(whole, target)
      t.is(letters(pieces.join('')), letters(whole))
      for (const piece of pieces) {
        t.true(piece.trim().length > 0)
        t.true([...piece].length <= target)
      }
    }),
    { numRuns: propertyRuns(300) },
  )
})
