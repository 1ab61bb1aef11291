import test from 'ava'
import { foldLine, foldView, seedLine } from '../../../infra/cli/view/fold-view.ts'
import { FoldPace } from '../../../infra/cluster/rebuild/fold-pace.ts'

test('before the second look nothing is said about the rate', (t) => {
  const figures = new FoldPace().add({ at: 0, folded: 10, total: 100 })
  t.like(figures, { lag: 90, perSecond: null, secondsLeft: null })
  t.is(foldLine(figures), "10 of 100 records (10 %)  …  … left  90 behind the log's head")
})

test('the time left counts what is written meanwhile', (t) => {
  const pace = new FoldPace()
  pace.add({ at: 0, folded: 0, total: 10_000 })
  const figures = pace.add({ at: 2_000, folded: 4_000, total: 11_000 })
  t.like(figures, { lag: 7_000, perSecond: 2_000, secondsLeft: 7_000 / 1_500 })
  t.is(
    seedLine(pace.add({ at: 4_000, folded: 8_000, total: 11_000 })),
    'seeded 8,000 of 11,000 namespaces (72 %)  2,000/s  2 s left',
  )
})

test('a fold that writes outrun has no end in sight', (t) => {
  const pace = new FoldPace()
  pace.add({ at: 0, folded: 0, total: 10_000 })
  t.is(pace.add({ at: 1_000, folded: 100, total: 10_500 }).secondsLeft, null)
})

test('the rate is that of the last seconds', (t) => {
  const pace = new FoldPace()
  for (let second = 0; second <= 100; second += 1) pace.add({ at: second * 1_000, folded: second * 10, total: 1e6 })
  t.is(pace.add({ at: 101_000, folded: 1_010, total: 1e6 }).perSecond, 10)
  for (let second = 102; second <= 120; second += 1) pace.add({ at: second * 1_000, folded: 1_010, total: 1e6 })
  const still = pace.add({ at: 121_000, folded: 1_010, total: 1e6 })
  t.is(still.perSecond, 0)
  t.is(still.stillForMs, 20_000)
})

test('at the head nothing is left, and an empty log is folded', (t) => {
  const pace = new FoldPace()
  pace.add({ at: 0, folded: 5, total: 5 })
  t.is(pace.add({ at: 500, folded: 5, total: 5 }).secondsLeft, 0)
  t.regex(foldLine(new FoldPace().add({ at: 0, folded: 0, total: 0 })), /0 of 0 records \(100 %\)/)
})

test('what a part has to say is said once, and that nothing is folded only when something should be', (t) => {
  const lines: string[] = []
  const view = foldView({ columns: 80, isTty: false, hasColour: false, write: (text) => void lines.push(text) })
  view.trouble('no broker')
  view.trouble('no broker')
  t.deepEqual(lines, ['waiting: no broker\n'])
  const still = { folded: 5, total: 10, lag: 5, perSecond: 0, secondsLeft: null, stillForMs: 60_000 }
  for (let look = 0; look < 20; look += 1) view.look({ ...still, total: 5, lag: 0 })
  t.false(lines.some((line) => line.includes('is a projector')))
  for (let look = 0; look < 20; look += 1) view.look(still)
  t.is(lines.filter((line) => line.includes('is a projector of this release running?')).length, 1)
})
