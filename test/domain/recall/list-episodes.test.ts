import test from 'ava'
import fc from 'fast-check'
import { TextColumn } from '../../../domain/recall/columns/text-column.ts'
import { listEpisodes } from '../../../domain/recall/list-episodes.ts'
import type { EpisodePlace, ListedEpisode } from '../../../domain/recall/recall-request.ts'
import { propertyRuns } from '../../support/property-runs.ts'

interface Row {
  readonly run: string | null
  readonly occurredAt: number
  readonly counts: boolean
}

function columnsOf(rows: readonly Row[]) {
  const run = new TextColumn()
  for (const [i, row] of rows.entries()) run.set(i + 1, row.run)
  return {
    run,
    occurredAt: Float64Array.from([0, ...rows.map(({ occurredAt }) => occurredAt)]),
    // Columns are longer than what is in use: what lies behind must not count.
    eligible: Uint8Array.from([0, ...rows.map(({ counts }) => Number(counts)), 1, 1]),
    end: rows.length + 1,
  }
}

const isBehind = (a: EpisodePlace, b: EpisodePlace): boolean =>
  a.lastOccurredAt < b.lastOccurredAt || (a.lastOccurredAt === b.lastOccurredAt && a.runId > b.runId)

function slowly(rows: readonly Row[]): ListedEpisode[] {
  const names = new Set(rows.flatMap(({ run, counts }) => (run !== null && counts ? [run] : [])))
  return [...names]
    .map((runId) => {
      const times = rows.filter(({ run, counts }) => run === runId && counts).map(({ occurredAt }) => occurredAt)
      const [firstOccurredAt, lastOccurredAt] = [Math.min(...times), Math.max(...times)]
      return { runId, lastOccurredAt, firstOccurredAt, memories: times.length }
    })
    .sort((a, b) => (isBehind(a, b) ? 1 : -1))
}

const row = fc.record({
  run: fc.option(fc.integer({ min: 0, max: 60 }).map((n) => `run ${n}`)),
  occurredAt: fc.integer({ min: -3, max: 8 }),
  counts: fc.boolean(),
})

test('the first of many episodes are those of a list that is sorted whole, from every place on', (t) => {
  let cut = 0
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 200, size: 'max' }),
      fc.integer({ min: 1, max: 12 }),
      fc.option(fc.nat(60)),
      (rows, limit, from) => {
        const all = slowly(rows)
        const behind = from === null ? null : (all[from] ?? { lastOccurredAt: 2, runId: 'run 3' })
        const rest = all.filter((one) => behind === null || isBehind(one, behind))
        if (rest.length > 2 * limit) cut += 1
        t.deepEqual(listEpisodes(columnsOf(rows), { behind, limit }), rest.slice(0, limit))
      },
    ),
    { numRuns: propertyRuns(300) },
  )
  t.true(cut > 0, 'some have more episodes than are kept while looking')
})

test('a name that nobody holds any more is no episode, and its code may be given again', (t) => {
  const columns = columnsOf([
    { run: 'gone', occurredAt: 5, counts: true },
    { run: 'here', occurredAt: 1, counts: true },
  ])
  columns.run.wipe(1)
  columns.eligible[1] = 0
  const here = { runId: 'here', lastOccurredAt: 1, firstOccurredAt: 1, memories: 1 }
  t.deepEqual(listEpisodes(columns, { behind: null, limit: 9 }), [here])
  columns.run.set(3, 'another')
  t.deepEqual(listEpisodes({ ...columns, end: 3 }, { behind: null, limit: 9 }), [here])
})
