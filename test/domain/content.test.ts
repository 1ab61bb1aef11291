import test from 'ava'
import fc from 'fast-check'
import { codePoints, normaliseContent } from '../../domain/content.ts'

test('content that differs in case, spacing or compatibility forms only is the same', (t) => {
  t.is(normaliseContent('  Ada\tmoved \n to LISBON '), 'ada moved to lisbon')
  t.is(normaliseContent('ﬁne ①'), normaliseContent('fine 1'))
  t.not(normaliseContent('Ada moved'), normaliseContent('Adam oved'))
})

test('normal content is left as it is, and spacing never matters', (t) => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z0-9äöüß]{1,8}$/), { minLength: 1 }), (words) => {
      const normal = normaliseContent(words.join(' '))
      t.is(normaliseContent(normal), normal)
      for (const space of ['  ', '\n', '\t', '\u00a0', ' \r\n ']) t.is(normaliseContent(words.join(space)), normal)
    }),
  )
})

test('characters are code points', (t) => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => t.is(codePoints(text), [...text].length)))
})
