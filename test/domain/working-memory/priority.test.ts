import test from 'ava'
import fc from 'fast-check'
import { LOG2 } from '../../../domain/working-memory/log2-table.ts'
import { HALF_LIFE_MS, priorityOf } from '../../../domain/working-memory/priority.ts'

const importance = fc.integer({ min: 0, max: 1000 })
const rehearsals = fc.integer({ min: 1, max: 1024 })
const knownAt = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) })

test('the committed table is log₂ of 1 to 1,024, rounded to twelve decimals', (t) => {
  t.is(LOG2.length, 1024)
  for (const [i, value] of LOG2.entries()) t.is(value, Number(Math.log2(i + 1).toFixed(12)))
})

test('a priority is log₂ importance + log₂ rehearsals + t in half-lives', (t) => {
  t.is(priorityOf({ importance: 1000, rehearsals: 1, knownAt: 0 }), 0)
  t.is(priorityOf({ importance: 0, rehearsals: 1, knownAt: 0 }), -16)
  t.is(priorityOf({ importance: 1000, rehearsals: 1024, knownAt: HALF_LIFE_MS }), 11)
  t.is(priorityOf({ importance: 500, rehearsals: 2, knownAt: 3 * HALF_LIFE_MS }), 3)
})

test('twice the importance or rehearsals weigh as much as seven days', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 512 }), knownAt, (i, r, at) => {
      const later = priorityOf({ importance: i, rehearsals: r, knownAt: at + HALF_LIFE_MS })
      t.true(Math.abs(priorityOf({ importance: 2 * i, rehearsals: r, knownAt: at }) - later) < 1e-9)
      t.true(Math.abs(priorityOf({ importance: i, rehearsals: 2 * r, knownAt: at }) - later) < 1e-9)
    }),
    { verbose: 1 },
  )
})

test('more of anything never lowers a priority', (t) => {
  fc.assert(
    fc.property(importance, rehearsals, knownAt, (i, r, at) => {
      const base = priorityOf({ importance: i, rehearsals: r, knownAt: at })
      if (i < 1000) t.true(priorityOf({ importance: i + 1, rehearsals: r, knownAt: at }) > base)
      if (r < 1024) t.true(priorityOf({ importance: i, rehearsals: r + 1, knownAt: at }) > base)
      t.true(priorityOf({ importance: i, rehearsals: r, knownAt: at + 1 }) > base)
    }),
    { verbose: 1 },
  )
})

test('what the table does not cover is refused', (t) => {
  for (const wrong of [
    { importance: 1001, rehearsals: 1 },
    { importance: -1, rehearsals: 1 },
    { importance: 0.5, rehearsals: 1 },
    { importance: 1, rehearsals: 0 },
    { importance: 1, rehearsals: 1025 },
  ]) {
    t.throws(() => priorityOf({ ...wrong, knownAt: 0 }), { instanceOf: RangeError })
  }
})
