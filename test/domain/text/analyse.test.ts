import test from 'ava'
import { analyseQuery } from '../../../domain/text/analyse-query.ts'
import * as traits from '../../../domain/text/analyse-text.ts'
import { Calendar } from '../../../domain/text/calendar.ts'
import { Lexicon } from '../../../domain/text/lexicon.ts'
import { TOPICS } from '../../../domain/text/topics.ts'

const lexicon = new Lexicon('en')
const calendar = new Calendar(lexicon)
const AT = Date.UTC(2024, 4, 8)

const analyse = (text: string) => traits.analyseText(text, AT, lexicon, calendar)
const has = (text: string, trait: number): boolean => (analyse(text).traits & trait) !== 0
const ask = (query: string) => analyseQuery(query, AT, lexicon, calendar)

test('stop words go, and words are led back to their stems, irregular forms too', (t) => {
  t.deepEqual(analyse("I've been baking; the children bought Alpha's kites").stems, [
    'bake',
    'child',
    'buy',
    'alpha',
    'kite',
  ])
})

test('a turn is known by what it does', (t) => {
  t.true(has('Really? I had no idea.', traits.HOLDS_QUESTION | traits.ENDS_IN_QUESTION))
  t.false(has(`Really? ${'I had no idea at all. '.repeat(4)}`, traits.ENDS_IN_QUESTION))
  t.true(has('It is my kite', traits.SPEAKS_OF_ITSELF))
  t.false(has('It is your kite', traits.SPEAKS_OF_ITSELF))
  t.true(has('See you next week', traits.TELLS_TIME))
  t.false(has('See you there', traits.TELLS_TIME))
  t.true(has('It cost twenty', traits.TELLS_NUMBER))
  t.false(has('It cost a lot', traits.TELLS_NUMBER))
})

test('a name is a capitalised word inside a sentence that is no time and no "I"', (t) => {
  t.true(has('We sailed to Lisbon', traits.NAMES_SOMETHING))
  t.false(has('Lisbon is far. I know, and I went on Monday in May', traits.NAMES_SOMETHING))
})

test('dates become terms of year, month and day-month', (t) => {
  t.deepEqual(calendar.termsOfInstant(Date.UTC(2023, 6, 4, 23, 59)), ['2023', 'juli', '4-7'])
  t.deepEqual(analyse('It was yesterday').dates, ['2024', 'may', '7-5'])
  t.deepEqual(analyse('It was fine').dates, [])
})

test('a query has its distinct terms, then what its dates add', (t) => {
  const query = ask('What did Alpha bake, and bake again, on 8 May?')
  t.deepEqual(query.terms, ['alpha', 'bake', '8', 'may', '8-5'])
  t.deepEqual(query.dates, ['may', '8-5'])
  t.deepEqual(query.pairs, [
    [0, 1],
    [1, 2],
    [2, 3],
  ])
})

test('a query is known by what it asks for', (t) => {
  const asks = (text: string) => {
    const { asksWhen, asksNumber, asksName } = ask(text)
    return [asksWhen, asksNumber, asksName]
  }
  t.deepEqual(asks('When was it?'), [true, false, false])
  t.deepEqual(asks('In which year was it?'), [true, false, false])
  t.deepEqual(asks('How many kites?'), [false, true, false])
  t.deepEqual(asks('Who came, and where to?'), [false, false, true])
  t.deepEqual(asks('What is it?'), [false, false, false])
})

test('a question word that begins a clause asks for nothing, unless it is joined to the first', (t) => {
  const asks = (text: string) => [ask(text).asksWhen, ask(text).asksName]
  t.deepEqual(asks('How do I stop it when the kite falls?'), [false, false])
  t.deepEqual(asks('What did the pilot who won say?'), [false, false])
  t.deepEqual(asks('Do you know when the kite fell?'), [true, false])
  t.deepEqual(asks('Who won, and when?'), [true, true])
})

test('a query of any length is asked by a bounded number of terms', (t) => {
  const query = ask(Array.from({ length: 5000 }, (_, i) => `word${i}`).join(' '))
  t.is(query.terms.length, 96)
  t.true(query.pairs.every(([a, b]) => a < 96 && b < 96))
})

test('a language without a stemmer keeps its words, and every word is bounded', (t) => {
  t.is(new Lexicon('zh').entry('kites').stem, 'kites')
  t.is(new Lexicon('en').entry('k'.repeat(500)).stem?.length, 64)
})

const topicsOf = (bits: number): string[] => TOPICS.filter((_, i) => ((bits >>> i) & 1) === 1)

test('a text and a question about the same thing share a topic without sharing a word', (t) => {
  t.true(topicsOf(analyse('I twisted my knee on the stairs').topics).includes('health'))
  t.true(topicsOf(ask('Which injury did Alpha have?').topics).includes('health'))
  t.deepEqual(topicsOf(analyse('The kite is over there').topics), [])
  t.true(topicsOf(ask('Who is her friend?').topics).includes(TOPICS.at(-1)!))
})

test('a query tells which of its terms an "and" joins, and that "both" joins all', (t) => {
  const joined = (text: string): string[] => ask(text).joined.map((term) => ask(text).terms[term]!)
  t.deepEqual(joined('What do Alpha and Bravo bake?'), ['bravo'])
  t.deepEqual(joined('What did Alpha tell Bravo?'), [])
  t.deepEqual(joined('Did they both bake?'), ['bake'])
})
