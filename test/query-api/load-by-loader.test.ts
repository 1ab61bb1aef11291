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

async function load(pages: readonly AnalysedPage[]) {
  const put: string[] = []
  let asked = 0
  const loader: ViewLoader = { page: async () => pages[asked++]! }
  const index = { putAnalysed: () => undefined, putTombstone: (id: string) => void put.push(id) }
  const work = { scope: { tenant: 't', namespace: 'n' }, language: 'en', loader, pageRows: 1, pageDone() {} }
  return { result: await loadByLoader(index, { ...work, slices: new Slices(new Turns(), 8) }), put }
}

test('all pages are put, and the last one says where the view stands', async (t) => {
  const last = { ...checkpoint, offset: 12 }
  const { result, put } = await load([page({ tombstones: ['a'], next }), page({ tombstones: ['b'], checkpoint: last })])
  t.deepEqual(result, { outcome: 'loaded', checkpoint: last })
  t.deepEqual(put, ['a', 'b'])
})

test('a missing key is for the sync to name', async (t) => {
  t.is((await load([page({ keyMissing: true })])).result.outcome, 'given-up')
})

test('a store that became another one halfway is given up', async (t) => {
  for (const other of [{ generation: 'bb' }, { foldVersion: 2 }, { offset: 9 }]) {
    const { result } = await load([page({ next }), page({ checkpoint: { ...checkpoint, ...other } })])
    t.is(result.outcome, 'given-up')
  }
})
