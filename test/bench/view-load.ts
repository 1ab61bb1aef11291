import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createRowOpener } from '../../infra/crypto/row-opener.ts'
import { openSqliteLongTermReader } from '../../infra/sqlite/long-term/sqlite-long-term-reader.ts'
import { createQueryApi } from '../../query-api/create-query-api.ts'
import type { Progress } from '../../query-api/ports/progress.ts'
import type { RecallRequest } from '../../query-api/requests/requests.ts'
import { BENCH_SCOPE } from './store-rows.ts'
import { benchKeys, benchQuery } from './view-rows.ts'
import { BENCH_GENERATION, fillStore } from './view-store.ts'

// node test/bench/view-load.ts [memories]: a cold view of one namespace from state.db, against reading and opening the
// same rows; then recall in process. The event loop's delay while the view loads is what other requests wait.
const TOTAL = Number(process.argv[2] ?? 10_000)
const QUERIES = 300
const PAGE = 500
const NOW = 1_800_000_000_000
const identity = { tenant: BENCH_SCOPE.tenant, principal: 'bench', roles: ['reader'], namespaces: null } as const

const ms = (nanoseconds: number): number => Number((nanoseconds / 1e6).toFixed(1))
const ratio = (a: number, b: number): number => Number((a / b).toFixed(2))

const folder = mkdtempSync(join(tmpdir(), 'somabrain-bench-'))
const file = join(folder, 'state.db')
try {
  await fillStore(file, TOTAL)
  const reader = openSqliteLongTermReader(file)
  const raw = await readAndOpen(reader)
  const view = await loadAndRecall(reader)
  reader.close()
  console.log(JSON.stringify({ memories: TOTAL, ...raw, ...view, loadOverRaw: ratio(view.loadMs, raw.readAndOpenMs) }))
} finally {
  rmSync(folder, { recursive: true })
}

function openerOfBench() {
  const known = (keyId: string) => benchKeys.get(keyId) ?? null
  return createRowOpener({
    cached: known,
    byId: async (keyId: string) => ({ found: 'key', key: known(keyId)! }),
    dataKey: () => Promise.reject(new Error('this bench writes nothing')),
  } as never)
}

async function readAndOpen(reader: ReturnType<typeof openSqliteLongTermReader>) {
  const opener = openerOfBench()
  const begin = performance.now()
  let since = { changed: -1, memoryId: '' }
  for (let more = true; more; ) {
    const page = await reader.changes(BENCH_SCOPE, since, PAGE)
    await opener.prepare(page.rows)
    for (const row of page.rows) opener.openNow(row)
    const last = page.rows.at(-1)!
    since = { changed: last.changed, memoryId: last.memoryId }
    more = page.more
  }
  return { readAndOpenMs: Math.round(performance.now() - begin) }
}

async function loadAndRecall(reader: ReturnType<typeof openSqliteLongTermReader>) {
  const head = TOTAL - 1
  const progress: Progress = {
    generationOf: () => BENCH_GENERATION,
    head: () => head,
    folded: () => head,
    waitForFold: async () => true,
    latestHead: async () => head,
    logAnswers: () => true,
  }
  const api = createQueryApi({
    reader,
    progress,
    opener: openerOfBench(),
    workingMemory: { state: async () => null, report: async () => null },
    clock: () => NOW,
    defaultAfter: 'latest',
    onFault(fault) {
      throw fault
    },
  })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const begin = performance.now()
  await api.recall(identity, request(benchQuery(0)))
  const loadMs = performance.now() - begin
  delay.disable()
  const bytes = api.views()[0]!.bytes
  return {
    loadMs: Math.round(loadMs),
    rowsPerSecond: Math.round((TOTAL / loadMs) * 1_000),
    loopDelayMs: { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) },
    bytesPerMemory: Math.round(bytes / TOTAL),
    recallMs: await recallTimes(api),
  }
}

async function recallTimes(api: ReturnType<typeof createQueryApi>) {
  const times: number[] = []
  for (let n = 1; n <= QUERIES; n += 1) {
    const begin = performance.now()
    await api.recall(identity, request(benchQuery(n)))
    times.push(performance.now() - begin)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => Number(times[Math.floor(times.length * share)]!.toFixed(2))
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

function request(query: string): RecallRequest {
  const asOf = { valid: null, known: null }
  const rest = { filter: null, asOf, after: null, minScore: null, explain: false, allowStale: false, include: null }
  return { namespace: BENCH_SCOPE.namespace, query, k: 10, ...rest }
}
