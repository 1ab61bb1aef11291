// npm run bench -- graph        (or: node test/bench/graph.ts [memories, default 10,000])
// Walks over links over HTTP, in a namespace where each memory links to three earlier ones and a quarter of them to the first; beside them
// reading one memory by its id over the same HTTP, and the reads of the store alone that a ring of as many takes. JSON on standard output.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteLongTermReader } from '../../infra/sqlite/long-term/sqlite-long-term-reader.ts'
import { get, post } from '../support/http-client.ts'
import { startServerProcess } from '../support/server-process.ts'
import { percentile, round } from './http-measure.ts'

const MEMORIES = Number(process.argv[2] ?? 10_000)
const BATCH = 500
const LINKS = 3
const TO_THE_HUB = 4
const ASKED = 100
const SCOPE = { tenant: 'default', namespace: 'default' }

/** The same numbers in every run. */
let state = 7
const below = (n: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((state / 2 ** 32) * n)
}

const ids: string[] = []
const anyId = (): string => ids[below(ids.length)]!

function linked(n: number): object {
  if (ids.length === 0) return {}
  const targets = new Set(
    Array.from({ length: LINKS }, (_, i) => (i === 0 && n % TO_THE_HUB === 0 ? ids[0]! : anyId())),
  )
  return { links: [...targets].map((target) => ({ rel: 'about', target })) }
}

async function fill(url: string): Promise<void> {
  for (let at = 0; at < MEMORIES; at += BATCH) {
    const count = Math.min(BATCH, MEMORIES - at)
    const items = Array.from({ length: count }, (_, i) => ({ content: `Fact ${at + i} of many.`, ...linked(at + i) }))
    const { status, body } = await post(`${url}/remember/batch`, { items })
    if (status !== 200) throw new Error(JSON.stringify(body).slice(0, 500))
    ids.push(...(body.results as ReadonlyArray<{ memory_id: string }>).map(({ memory_id }) => memory_id))
  }
  await post(`${url}/recall`, { query: 'fact', after: 'latest' })
}

type Asked = { readonly status: number; readonly body: Record<string, unknown> }

async function timed(ask: () => Promise<Asked>) {
  const times: number[] = []
  let [items, whole] = [0, 0]
  for (let n = 0; n < ASKED; n++) {
    const begun = performance.now()
    const { status, body } = await ask()
    times.push(performance.now() - begun)
    if (status !== 200) throw new Error(JSON.stringify(body))
    items += Array.isArray(body.items) ? body.items.length : 1
    whole += body.complete === false ? 0 : 1
  }
  times.sort((a, b) => a - b)
  return {
    p50Ms: round(percentile(times, 0.5)),
    p95Ms: round(percentile(times, 0.95)),
    memories: round(items / ASKED),
    complete: round(whole / ASKED),
  }
}

/** Links and memories of so many ids, read on this thread. */
async function readAlone(folder: string, count: number): Promise<number> {
  const reader = openSqliteLongTermReader(join(folder, 'state.db'))
  const begun = performance.now()
  for (let n = 0; n < ASKED; n++) {
    const ring = Array.from({ length: count }, anyId)
    await reader.links(SCOPE, ring, 100)
    await reader.memories(SCOPE, ring)
  }
  const ms = (performance.now() - begun) / ASKED
  reader.close()
  return round(ms)
}

const folder = mkdtempSync(join(tmpdir(), 'somabrain-bench-'))
const server = await startServerProcess(folder)
try {
  await fill(server.url)
  const walk = (path: string, body: () => object) => timed(() => post(`${server.url}/graph/${path}`, body()))
  const result = {
    memories: MEMORIES,
    readById: await timed(() => get(`${server.url}/memories/${anyId()}`)),
    neighbours: {
      depth1: await walk('neighbours', () => ({ memory_id: anyId() })),
      depth2: await walk('neighbours', () => ({ memory_id: anyId(), depth: 2, limit: 500 })),
      ofHub: await walk('neighbours', () => ({ memory_id: ids[0], limit: 500 })),
    },
    path: await walk('path', () => ({ from: anyId(), to: anyId(), max_length: 8 })),
    storeAloneMs: {
      of1: await readAlone(folder, 1),
      of10: await readAlone(folder, 10),
      of50: await readAlone(folder, 50),
    },
  }
  console.log(JSON.stringify(result, null, 2))
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
