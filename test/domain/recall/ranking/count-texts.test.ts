import test from 'ava'
import fc from 'fast-check'
import { Documents } from '../../../../domain/recall/columns/documents.ts'
import { Episodes } from '../../../../domain/recall/columns/episodes.ts'
import { countByPostings, countByTexts } from '../../../../domain/recall/ranking/count-texts.ts'
import { TurnScratch } from '../../../../domain/recall/ranking/turn-scratch.ts'
import { propertyRuns } from '../../../support/property-runs.ts'

const RUNS = 4
const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 90 })
const someRows = fc.array(fc.record({ text, run: fc.nat(RUNS), visible: fc.boolean(), turn: fc.boolean() }), {
  maxLength: 25,
})

test('terms are counted alike in texts and in postings', (t) => {
  fc.assert(
    fc.property(someRows, fc.uniqueArray(fc.constantFrom('a', 'b', 'e', '2024', 'unheard')), (list, words) => {
      const end = list.length + 1
      const columns = { documents: new Documents(), episodes: new Episodes(), run: new Uint32Array(end) }
      const order = { occurredAt: new Float64Array(end), offset: new Float64Array(end) }
      const scratch = new TurnScratch()
      const visible = Uint8Array.from([0, ...list.map((row) => Number(row.visible))])
      const rows = [0]
      const runs: number[] = []
      for (const [i, { text: stems, run, visible: seen, turn }] of list.entries()) {
        const row = i + 1
        columns.documents.add(row, { stems, dates: ['2024', 'may'], traits: 0, topics: 0 }, ['2024'], 0)
        columns.run[row] = run
        if (run !== 0) columns.episodes.add(row, run, order)
        if (!seen || !turn) continue
        scratch.turns[row] = rows.push(row)
        if (run !== 0 && scratch.runs[run] === 0) scratch.runs[run] = runs.push(run)
      }
      const terms = words.map((word) => ({ code: columns.documents.terms.code(word) }))
      const { length } = columns.documents
      const turns = { query: { terms }, columns: { ...columns, length: length.data }, rows, runs, visible }
      const counts = () => ({
        terms: new Uint16Array(rows.length * terms.length),
        runTerms: new Uint32Array(runs.length * terms.length),
      })
      const [byTexts, byPostings] = [counts(), counts()]
      countByTexts(turns, byTexts, scratch)
      countByPostings(turns, byPostings, scratch)
      t.deepEqual(byTexts, byPostings)
      t.true(scratch.terms.every((number) => number === 0))
    }),
    { numRuns: propertyRuns(150) },
  )
})
