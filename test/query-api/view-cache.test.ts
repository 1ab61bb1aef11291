import test from 'ava'
import { ViewCache } from '../../query-api/view-cache.ts'
import { remember } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import { hostedViews, testsAreHosted } from './support/hosted-views.ts'
import type { PlainIndex } from './support/plain-index.ts'
import { viewParts } from './support/view-parts.ts'

const scope = (namespace: string) => ({ tenant: 'acme', namespace })
const settled = () => new Promise((resolve) => setImmediate(resolve))
const anything = { offset: -1, allowStale: false }

/** Namespaces a–e with ten memories each, which take 1,000 bytes each in the index of these tests. */
function cacheOf(viewBudgetBytes: number) {
  const log = new FoldedLog()
  let id = 0
  for (const namespace of 'abcde') {
    for (let i = 0; i < 10; i += 1) {
      id += 1
      log.append(scope(namespace), remember(id, `memory ${id}`))
    }
  }
  const seen = { loads: [] as number[], dropped: [] as string[], bytes: 0 }
  const metrics = {
    loaded: (rows: number) => seen.loads.push(rows),
    dropped: (reason: string, bytes: number) => seen.dropped.push(`${reason} ${bytes}`),
    resident: (_: number, bytes: number) => {
      seen.bytes = bytes
    },
  }
  const limits = { viewBudgetBytes, viewPageRows: 3, ...(testsAreHosted ? { hostFromRows: 0 } : {}) }
  const parts = viewParts(log, limits)
  const key = async () => null
  const host = testsAreHosted ? hostedViews(parts, { ...parts, key, metrics }) : null
  const cache = new ViewCache<PlainIndex>({ ...parts, host, metrics })
  const read = (namespace: string) => cache.read(scope(namespace), anything, { ask: 'count', args: [] })
  const names = () => cache.status().map(({ namespace }) => namespace)
  return { log, cache, read, names, seen }
}

test('least recently used views leave when there are too many', async (t) => {
  const { read, names, seen } = cacheOf(3_000)
  for (const namespace of ['a', 'b', 'c']) await read(namespace)
  await read('a')
  t.deepEqual(names(), ['b', 'c', 'a'])
  await read('d')
  t.deepEqual(names(), ['c', 'a', 'd'])
  t.deepEqual(seen.dropped, ['budget 1000'])
  t.is(seen.bytes, 3_000)
})

test('a view that left is loaded again', async (t) => {
  const { read, seen } = cacheOf(1_000)
  await read('a')
  await read('b')
  t.is((await read('a')).value, 10)
  t.is(seen.loads.length, 3)
})

test('a namespace larger than the budget stays as long as no other is used', async (t) => {
  const { read, names, seen } = cacheOf(500)
  await read('a')
  await read('a')
  t.deepEqual(names(), ['a'])
  t.is(seen.loads.length, 1)
})

test('a view in use never leaves, however little room there is', async (t) => {
  const { log, cache, read, names } = cacheOf(500)
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  log.beforePage = () => gate
  const slow = read('a')
  while (log.pages === 0) await settled()
  log.beforePage = async () => {}
  await read('b')
  await read('c')
  t.true(names().includes('a'))
  open()
  t.is((await slow).value, 10)
  await read('d')
  t.false(cache.status().some(({ namespace }) => namespace === 'a'))
})

test('a namespace that nobody wrote to answers empty and takes no room', async (t) => {
  const { read, names } = cacheOf(10_000)
  t.is((await read('nowhere')).value, 0)
  await settled()
  t.deepEqual(names(), [])
})

// What a hosted view tells of itself is on its way while its next page is read.
const testHere = testsAreHosted ? test.skip : test

testHere('the progress of a load can be seen', async (t) => {
  const { log, cache, read } = cacheOf(10_000)
  const seen: unknown[] = []
  log.beforePage = async () => {
    seen.push(...cache.status().map(({ ready, rows, of }) => ({ ready, rows, of })))
  }
  await read('a')
  t.deepEqual(seen[0], { ready: false, rows: 0, of: 10 })
  t.deepEqual(cache.status()[0], { ...scope('a'), ready: true, rows: 10, of: 10, bytes: 1_000 })
})
