import test from 'ava'
import { CALENDAR, Documents, MENTIONED, TERM } from '../../../../domain/recall/columns/documents.ts'
import { analyseText } from '../../../../domain/text/analyse-text.ts'
import { Calendar } from '../../../../domain/text/calendar.ts'
import { Lexicon } from '../../../../domain/text/lexicon.ts'

const lexicon = new Lexicon('en')
const calendar = new Calendar(lexicon)
const AT = Date.UTC(2024, 4, 8)

function add(documents: Documents, row: number, content: string): void {
  documents.add(row, analyseText(content, AT, lexicon, calendar), calendar.termsOfInstant(AT), 1)
}

function postingsOf(documents: Documents, term: string): number[] {
  const code = documents.terms.code(term)
  const out = new Uint32Array(documents.postings.count(code))
  documents.postings.read(code, out, 0)
  return [...out]
}

test('a posting tells row and count, the date of the row included', (t) => {
  const documents = new Documents()
  add(documents, 1, 'Kites, a kite and May')
  add(documents, 2, 'Another kite')
  t.deepEqual(postingsOf(documents, 'kite'), [1 * 64 + 2, 2 * 64 + 1])
  t.deepEqual(postingsOf(documents, 'may'), [1 * 64 + 2, 2 * 64 + 1])
  t.is(documents.length.data[2], 2 + 3 + 1)
})

test('dates that a text implies stand among its tokens and not among the postings', (t) => {
  const documents = new Documents()
  add(documents, 1, 'Baked yesterday')
  const { tokens } = documents
  const from = tokens.offset(1)
  const texts = [...tokens.block(1).subarray(from, from + tokens.count(1))].map((token) => ({
    term: documents.terms.value(token & TERM),
    calendar: token >= CALENDAR && token < MENTIONED,
    mentioned: token >= MENTIONED,
  }))
  t.deepEqual(
    texts.filter((token) => token.mentioned).map((token) => token.term),
    ['2024', 'may', '7-5'],
  )
  t.deepEqual(
    texts.filter((token) => token.calendar).map((token) => token.term),
    ['2024', 'may', '8-5'],
  )
  t.deepEqual(postingsOf(documents, '7-5'), [])
})

test('counts beyond 63 are kept as 63', (t) => {
  const documents = new Documents()
  add(documents, 1, 'kite '.repeat(100))
  t.deepEqual(postingsOf(documents, 'kite'), [64 + 63])
})

test('after a row is wiped no posting, token or term tells of it', (t) => {
  const documents = new Documents()
  for (let row = 1; row <= 3000; row++) add(documents, row, row === 1500 ? 'Secret kite yesterday' : 'Plain kite')
  documents.hide(1500, true)
  t.is(documents.holding(documents.terms.code('kite')), 2999)
  documents.wipe(1500)
  t.is(documents.holding(documents.terms.code('kite')), 2999)
  t.is(documents.terms.code('secret'), 0)
  t.is(documents.terms.code('7-5'), 0)
  const rows = postingsOf(documents, 'kite').map((posting) => posting >>> 6)
  t.is(rows.length, 3000)
  t.false(rows.includes(1500))
  t.is(documents.tokens.count(1500), 0)
})
