import test from 'ava'
import { everydayForms } from '../../../domain/text/everyday-forms.ts'
import { Lexicon } from '../../../domain/text/lexicon.ts'

const english = new Lexicon('en')
const stem = (word: string): string | null => english.entry(word).stem

test('everyday forms have the stem of their full form, and stand in one group only', (t) => {
  const plain = new Lexicon('xx')
  const homes = new Map<string, Set<string>>()
  for (const [full, ...others] of everydayForms) {
    for (const word of [full!, ...others]) {
      const key = plain.entry(word).stem!
      homes.set(key, (homes.get(key) ?? new Set()).add(full!))
      t.is(stem(word), stem(full!), `${word} is ${full}`)
    }
  }
  t.deepEqual(
    [...homes].filter(([, groups]) => groups.size > 1).map(([word]) => word),
    [],
  )
})

test('clipped, otherwise spelled and derived forms are found by each other, in every inflection', (t) => {
  t.is(stem('biz'), stem('businesses'))
  t.is(stem('kids'), stem('children'))
  t.is(stem("doc's"), stem('doctors'))
  t.is(stem('favourites'), stem('faves'))
  t.is(stem('married'), stem('wedding'))
  t.not(stem('meal'), stem('food'))
})

test('English forms leave other languages alone', (t) => {
  const german = new Lexicon('de')
  t.not(german.entry('war').stem, german.entry('wear').stem)
  t.is(german.entry('lies').stem, 'lies')
  t.not(german.entry('kid').stem, german.entry('child').stem)
})
