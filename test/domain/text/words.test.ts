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
  t.deepEqual(texts('我用iPhone拍照'), ['我', '我用', '用', 'iphone', '拍', '拍照', '照'])
})

test('a text has a bounded number of words, however far it is written out', (t) => {
  t.is(texts('猫'.repeat(50_000)).length, 49_999)
  t.true(texts('㌀'.repeat(50_000)).length <= MAX_WORDS + 1)
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

test('in ASCII, words are what the pattern of letters, digits and inner apostrophes finds', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."aZ9' .?-\n") }), (source) => {
      t.deepEqual(texts(source), source.toLowerCase().match(/[a-z0-9]+(?:'[a-z0-9]+)*/g) ?? [])
    }),
  )
})
