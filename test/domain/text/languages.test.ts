import test from 'ava'
import { RecallIndex } from '../../../domain/recall/recall-index.ts'
import { Lexicon } from '../../../domain/text/lexicon.ts'
import { memoryIdOf, START } from '../recall/arbitrary-memories.ts'

/** Offsets of what a store of `contents` in a language answers, best first. */
function answers(language: string, contents: readonly string[], query: string): number[] {
  const index = new RecallIndex({ language })
  for (const [i, content] of contents.entries()) {
    index.add({
      memoryId: memoryIdOf(i),
      offset: i,
      content,
      metadata: {},
      tags: [],
      author: null,
      runId: null,
      userId: null,
      agentId: null,
      kind: 'episodic',
      occurredAt: START,
      importance: 500,
      intervals: [{ knownFrom: START, knownTo: null, validTo: null }],
    })
  }
  const asOf = { valid: START, validAsked: false, known: null }
  const hits = index.recall({ query, k: 10, filter: null, asOf, minScore: null, explain: false })
  return hits.map(({ offset }) => offset)
}

test('German is found in every inflection, and its function words find nothing', (t) => {
  const contents = ['Die Häuser am Hafen wurden verkauft.', 'Wir haben den Hund gestern gebadet.']
  t.deepEqual(answers('de', contents, 'Welches Haus?'), [0])
  t.deepEqual(answers('de', contents, 'Wann badet ihr die Hunde?'), [1])
  t.deepEqual(answers('de', contents, 'Wer ist das?'), [])
})

test('French is found behind an elided article, in every inflection', (t) => {
  const contents = ["L'école a fermé hier.", "Nous chantons d'anciennes chansons."]
  t.deepEqual(answers('fr', contents, 'les écoles'), [0])
  t.deepEqual(answers('fr', contents, "Qui chante l'ancienne chanson ?"), [1])
  t.deepEqual(answers('fr', contents, "Qu'est-ce que c'est ?"), [])
})

test('Italian is found behind an elided article', (t) => {
  t.deepEqual(answers('it', ["Vive nell'isola", 'Dorme'], "Quale e' l'isola?"), [0])
})

test('Russian is found in every case', (t) => {
  const contents = ['Мы купили книгу о кораблях.', 'Собака спит на веранде.']
  t.deepEqual(answers('ru', contents, 'Где книга?'), [0])
  t.deepEqual(answers('ru', contents, 'Сколько у вас собак?'), [1])
})

test('Chinese is found by pairs of characters and by single ones, and names in it as words', (t) => {
  const contents = ['我昨天在北京买了一本书', '他用iPhone拍了一只猫']
  t.is(answers('zh', contents, '谁去了北京？')[0], 0)
  t.is(answers('zh', contents, '猫')[0], 1)
  t.deepEqual(answers('zh', contents, 'iPhone'), [1])
})

test('Japanese is found in kanji and kana, with long vowels', (t) => {
  const contents = ['東京タワーで夕日を見ました', 'コーヒーは毎朝飲みます']
  t.is(answers('ja', contents, '夕日はどこ？')[0], 0)
  t.is(answers('ja', contents, 'コーヒー')[0], 1)
})

test('Korean is found under any particle', (t) => {
  t.deepEqual(answers('ko', ['고양이가 잔다', '비가 온다'], '고양이를 봤어?')[0], 0)
})

test('words of another language are no English times or persons', (t) => {
  const french = new Lexicon('fr')
  t.is(french.entry('mon').classes, 0)
  t.true(french.entry('2024').classes > 0)
  t.true(new Lexicon('en').entry('mon').classes > 0)
})
