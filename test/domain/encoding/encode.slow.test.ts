import test from 'ava'
import fc from 'fast-check'
import { ENCODING_DIMENSION, encode } from '../../../domain/encoding/encode.ts'

const cosine = (a: string, b: string): number => {
  const [x, y] = [encode(a)!, encode(b)!]
  let [xy, xx, yy] = [0, 0, 0]
  for (let i = 0; i < x.length; i++) {
    xy += x[i]! * y[i]!
    xx += x[i]! * x[i]!
    yy += y[i]! * y[i]!
  }
  return xy / Math.sqrt(xx * yy)
}

const weight = (text: string): number => encode(text)!.reduce((sum, value) => sum + Math.abs(value), 0)

test('text without a letter or digit is no exposure', (t) => {
  for (const text of ['', ' ', '…!?', '🙂🙂', '\n\t—']) t.is(encode(text), null)
})

test('a word adds itself and its trigrams between boundary marks', (t) => {
  // "a": the word and ^a$. "ab": the word, ^ab, ab$. Every feature is ±1, so the sums have the parity of their number.
  for (const [text, features] of [
    ['a', 2],
    ['ab', 3],
    ['abc', 4],
    ['abc d', 6],
  ] as const) {
    const total = weight(text)
    t.true(total <= features && (features - total) % 2 === 0, `${text}: ${total}`)
  }
})

test('case and Unicode composition do not matter, accents do', (t) => {
  t.deepEqual(encode('ÉCOLE'), encode('école'))
  t.deepEqual(encode('e\u0301cole'), encode('école'))
  t.notDeepEqual(encode('ecole'), encode('école'))
})

test('the order of words does not matter, their letters do', (t) => {
  t.deepEqual(encode('the cat sat'), encode('sat, the CAT!'))
  t.notDeepEqual(encode('cat'), encode('act'))
})

test('related words are closer than unrelated ones, in any script', (t) => {
  t.true(cosine('planning the gardens', 'a planned garden') > cosine('planning the gardens', 'bicycle brakes'))
  t.true(cosine('планирование сада', 'план садов') > cosine('планирование сада', 'тормоз'))
  t.true(cosine('東京都庁舎', '東京都庁') > cosine('東京都庁舎', '自転車'))
})

test('sums are limited to int16 after all were added', (t) => {
  const sums = encode('a '.repeat(40_000))!
  t.true(sums.some((sum) => Math.abs(sum) === 32_767))
  t.true(sums.every((sum) => sum >= -32_767))
})

test('the encoding of this version stays as it is', (t) => {
  const sums = encode('Working memory, décembre 2026: 東京 and Ελλάδα')!
  let checksum = 0
  for (const sum of sums) checksum = (Math.imul(checksum, 31) + sum) | 0
  t.is(sums.length, ENCODING_DIMENSION)
  t.is(checksum, 326_305_015)
})

test('any text encodes to the same 256 integers every time, or to nothing', (t) => {
  const text = fc.string({ unit: 'binary', maxLength: 300 })
  fc.assert(
    fc.property(text, (value) => {
      const sums = encode(value)
      t.deepEqual(encode(value), sums)
      if (sums !== null) {
        t.is(sums.length, ENCODING_DIMENSION)
        t.true(sums.some((sum) => sum !== 0))
      }
    }),
    { verbose: 1 },
  )
})
