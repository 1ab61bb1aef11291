import test from 'ava'
import { profileOf } from '../../../domain/recall/profile.ts'

test('a namespace is a dialogue when at least half of it was said by somebody in an episode', (t) => {
  t.is(profileOf('auto', { rows: 4, spoken: 2 }), 'dialogue')
  t.is(profileOf('auto', { rows: 5, spoken: 2 }), 'notes')
})

test('what a namespace is configured to be, it is, whatever it looks like', (t) => {
  t.is(profileOf('notes', { rows: 4, spoken: 4 }), 'notes')
  t.is(profileOf('dialogue', { rows: 4, spoken: 0 }), 'dialogue')
})
