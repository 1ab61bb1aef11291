import test from 'ava'
import fc from 'fast-check'
import { CAPITAL, FIRST, MAX_WORDS, wordsOf } from '../../../domain/text/words.ts'

const texts = (source: string): readonly string[] => wordsOf(source).texts

test('words are lower case, and apostrophes stay inside them', (t) => {
  t.deepEqual(texts("Alpha's kite—DON'T 'quote' it!"), ["alpha's", 'kite', "don't", 'quote', 'it'])
  t.deepEqual(texts('Alpha’s ＫＩＴＥ ﬁne'), ["alpha's", 'kite', 'fine'])
})

test('letters of any script with their marks make words', (t) => {
  t.deepEqual(texts('naïve façade Über привет हिन्दी 42nd'), ['naïve', 'façade', 'über', 'привет', 'हिन्दी', '42nd'])
  t.deepEqual(texts('𝒳 kite 🎉 ok'), ['x', 'kite', 'ok'])
})

test('scripts without spaces are cut into overlapping pairs, and Han into single characters besides', (t) => {
  t.deepEqual(texts('東京タワー 猫'), ['東', '東京', '京', '京タ', 'タワ', 'ワー', '猫'])
  t.deepEqual(texts('고양이는 잔다'), ['고양', '양이', '이는', '잔다'])
})

test('a word of another script stays whole among them', (t) => {
  t.deepEqual(texts('我用radio拍照'), ['我', '我用', '用', 'radio', '拍', '拍照', '照'])
})

test('after a name with humps come its parts', (t) => {
  t.deepEqual(texts('set bodyLimit, max_size'), ['set', 'bodylimit', 'body', 'limit', 'max', 'size'])
  t.deepEqual(texts('HTTPServer OAuth2Token'), ['httpserver', 'http', 'server', 'oauth2token', 'o', 'auth2', 'token'])
  t.deepEqual(texts('größeÄndern McAlpha’s'), ['größeändern', 'größe', 'ändern', "mcalpha's", 'mc', "alpha's"])
  t.deepEqual(texts('CPUs IDs NASA Kite'), ['cpus', 'ids', 'nasa', 'kite'])
  t.deepEqual(wordsOf('Use a bodyLimit').marks, [CAPITAL | FIRST, 0, 0, 0, 0])
  t.deepEqual(texts('aB'.repeat(33)), ['ab'.repeat(33)])
})

test('a text has a bounded number of words, however far it is written out', (t) => {
  t.is(texts('猫'.repeat(50_000)).length, 49_999)
  t.true(texts('㌀'.repeat(50_000)).length <= MAX_WORDS + 1)
  t.true(texts(`${'aB'.repeat(25)} `.repeat(1_000)).length <= MAX_WORDS + 64)
})

test('capitals and the first word of a sentence are marked', (t) => {
  t.deepEqual(wordsOf('We met Bravo. Was Alpha there?').marks, [
    CAPITAL | FIRST,
    0,
    CAPITAL,
    CAPITAL | FIRST,
    CAPITAL,
    0,
  ])
  t.deepEqual(wordsOf('été\nÉcole').marks, [FIRST, FIRST | CAPITAL])
})

test('an empty text and one without letters have no words', (t) => {
  t.deepEqual(texts(''), [])
  t.deepEqual(texts("'' — … !?"), [])
})

test('in ASCII, words are what the pattern of letters, digits and inner apostrophes finds, with the parts of names', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."aZ9' .?-\n") }), (source) => {
      const found = source.match(/[a-z0-9]+(?:'[a-z0-9]+)*/gi) ?? []
      const withParts = found.flatMap((word) => {
        const parts = word
          .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
          .replaceAll(/([A-Z])([A-Z][a-z]{2})/g, '$1 $2')
          .split(' ')
        return parts.length === 1 || word.length > 64 ? [word] : [word, ...parts]
      })
      t.deepEqual(
        texts(source),
        withParts.map((word) => word.toLowerCase()),
      )
    }),
  )
})
