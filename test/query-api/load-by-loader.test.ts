import test from 'ava'
import { loadByLoader } from '../../query-api/load-by-loader.ts'
import type { AnalysedPage, ViewLoader } from '../../query-api/ports/view-loader.ts'
import { Slices, Turns } from '../../query-api/turns.ts'

const checkpoint = { foldVersion: 1, generation: 'aa', offset: 10, lastCommandId: null, knownTime: 0 }
const next = { changed: 5, memoryId: 'x' }
const page = (more: Partial<AnalysedPage>): AnalysedPage => ({
  checkpoint,
  memories: [],
  tombstones: [],
  keyMissing: false,
  next: null,
  ...more,
})

interface Ask {
  readonly since: number
  readonly upTo: number
}

/** A loader that answers each range with what `answer` says. */
async function load(answer: (ask: Ask) => AnalysedPage) {
  const put: string[] = []
  const asked: Ask[] = []
  const loader: ViewLoader = {
    async page(_scope, _language, { since, upTo }) {
      const ask = { since: since.changed, upTo }
      asked.push(ask)
      return answer(ask)
    },
  }
  const index = { putAnalysed: () => undefined, putTombstone: (id: string) => void put.push(id) }
  const work = { scope: { tenant: 't', namespace: 'n' }, language: 'en', loader, pageRows: 1, pageDone() {} }
  const result = await loadByLoader(index, { ...work, slices: new Slices(new Turns(), 8) })
  return { result, put: put.toSorted(), asked }
}

/** Rows 0…10, one a page; `changed` is the row. */
const rows = ({ since, upTo }: Ask): AnalysedPage => {
  const last = Math.min(upTo, checkpoint.offset)
  if (since > last) return page({})
  return page({
    tombstones: [String(since).padStart(2, '0')],
    next: since < last ? { ...next, changed: since + 1 } : null,
  })
}

test('two streams bring every row once, up to the checkpoint of the first page', async (t) => {
  const { result, put, asked } = await load(rows)
  t.deepEqual(result, { outcome: 'loaded', checkpoint })
  t.deepEqual(
    put,
    Array.from({ length: 11 }, (_, n) => String(n).padStart(2, '0')),
  )
  t.is(new Set(asked.map(({ since }) => since)).size, asked.length)
})

test('a namespace of one page is loaded with one question', async (t) => {
  const { result, put, asked } = await load(() => page({ tombstones: ['only'] }))
  t.is(result.outcome, 'loaded')
  t.deepEqual(put, ['only'])
  t.is(asked.length, 1)
})

test('a missing key, in either stream, is for the sync to name', async (t) => {
  t.is((await load(() => page({ keyMissing: true }))).result.outcome, 'given-up')
  for (const at of [2, 9]) {
    const { result } = await load((ask) => ({ ...rows(ask), keyMissing: ask.since === at }))
    t.is(result.outcome, 'given-up')
  }
})

test('a store that becomes another one halfway is given up', async (t) => {
  for (const other of [{ generation: 'bb' }, { foldVersion: 2 }, { offset: 9 }]) {
    const { result } = await load((ask) =>
      ask.since === 9 ? { ...rows(ask), checkpoint: { ...checkpoint, ...other } } : rows(ask),
    )
    t.is(result.outcome, 'given-up')
  }
})
