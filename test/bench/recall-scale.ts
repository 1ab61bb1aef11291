// Recall in one namespace of growing size, over HTTP:
//   node test/bench/recall-scale.ts [--sizes 1000,10000,100000] [--vectors] [--requests 300] [--fts5]
// For each size: cold load from rows and from the snapshot, p50/p95 at 1 and 16 connections with the event loop's delay
// meanwhile (of questions about single memories, and `common` of ones in words that many memories hold), bytes per memory,
// the first answer after a write, and how often a question about a memory finds it among ten.
// --vectors: 384 dimensions each; --fts5: the same texts and questions in SQLite's FTS5. A million takes some ten minutes.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { IndexedMemory } from '../../domain/recall/indexed-memory.ts'
import { eventually } from '../support/eventually.ts'
import { round, type Stretch } from './http-measure.ts'
import { RecallCorpus } from './recall-corpus.ts'
import { Fts5 } from './recall-scale-fts5.ts'
import { type ScaleServer, startScaleServer } from './recall-scale-server.ts'
import { questionAbout, ScaleStore } from './recall-scale-store.ts'

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,10000,100000' },
    vectors: { type: 'boolean', default: false },
    requests: { type: 'string', default: '300' },
    fts5: { type: 'boolean', default: false },
  },
})
const REQUESTS = Number(options.requests)
const CHUNK = 5_000
const SNAPSHOT_DEADLINE_MS = 600_000

const results: unknown[] = []
for (const size of options.sizes.split(',').map(Number)) results.push(await measure(size))
console.log(JSON.stringify({ node: process.version, vectors: options.vectors, results }, null, 2))

async function measure(size: number) {
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-bench-'))
  const corpus = new RecallCorpus(7)
  const store = new ScaleStore(folder, options.vectors)
  const fts5 = options.fts5 ? new Fts5() : null
  try {
    const asked = await fill(size, corpus, store, fts5)
    const questions = asked.map((memory) => questionAbout(memory, corpus))
    const rows = await coldLoad(folder, store)
    await snapshotOf(folder, rows.server)
    const written = await firstAnswerAfterWrite(rows.server, store, corpus.memory(size))
    const loads = await underLoad(rows.server, questions)
    const common = await underLoad(
      rows.server,
      questions.map(() => corpus.query()),
    )
    const found = await foundAmongTen(rows.server, questions, asked)
    const bytes = rows.server.bytes()
    await rows.server.close()
    const warm = await coldLoad(folder, store)
    await warm.server.close()
    return {
      memories: size,
      coldMs: { rows: rows.coldMs, snapshot: readdirSync(folder).includes('views') ? warm.coldMs : null },
      bytesPerMemory: Math.round(bytes / size),
      afterWriteMs: written,
      ...loads,
      common,
      foundAmongTen: found,
      ...(fts5 === null ? {} : { fts5: besideFts5(fts5, questions, asked) }),
    }
  } finally {
    store.close()
    rmSync(folder, { recursive: true })
  }
}

/** Returns some memories, evenly spread, to ask about. */
async function fill(size: number, corpus: RecallCorpus, store: ScaleStore, fts5: Fts5 | null) {
  const asked: IndexedMemory[] = []
  const every = Math.max(1, Math.floor(size / REQUESTS))
  for (let from = 0; from < size; from += CHUNK) {
    const memories = Array.from({ length: Math.min(CHUNK, size - from) }, (_, i) => corpus.memory(from + i))
    await store.append(memories)
    fts5?.add(memories)
    asked.push(...memories.filter(({ offset }) => offset % every === 0 && asked.length < REQUESTS))
  }
  return asked
}

async function coldLoad(folder: string, store: ScaleStore) {
  const server = await startScaleServer(folder, store, options.vectors)
  const begun = performance.now()
  await server.ask('anything at all')
  return { server, coldMs: Math.round(performance.now() - begun) }
}

async function snapshotOf(folder: string, server: ScaleServer): Promise<void> {
  if (!server.hosted()) return
  await eventually(() => {
    if (!readdirSync(join(folder, 'views')).some((name) => name.endsWith('.view'))) throw new Error('no snapshot')
  }, SNAPSHOT_DEADLINE_MS)
}

async function firstAnswerAfterWrite(server: ScaleServer, store: ScaleStore, memory: IndexedMemory): Promise<number> {
  await store.append([memory])
  const begun = performance.now()
  await server.ask('anything at all')
  return round(performance.now() - begun)
}

async function underLoad(server: ScaleServer, questions: readonly string[]) {
  const bodies = questions.map((query) => JSON.stringify({ query, k: 10 }))
  await ask(server.url, 1, bodies.slice(0, 100))
  // The threads that rank beside the first one begin when questions wait, and run code that is not compiled yet.
  await ask(server.url, 16, bodies)
  return { at1: await watched(server.url, 1, bodies), at16: await watched(server.url, 16, bodies) }
}

async function watched(url: string, connections: number, bodies: readonly string[]) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const begun = process.threadCpuUsage()
  const stretch = await ask(url, connections, bodies)
  const { user, system } = process.threadCpuUsage(begun)
  delay.disable()
  // The timer's own millisecond is no delay.
  const loopDelayP99Ms = round(Math.max(0, delay.percentile(99) / 1e6 - 1))
  // What the HTTP thread itself works for an answer: the delay above counts what other work keeps from it, too.
  return { ...stretch, loopDelayP99Ms, httpCpuMs: round((user + system) / 1000 / bodies.length) }
}

function ask(url: string, connections: number, bodies: readonly string[]): Promise<Stretch> {
  const workerData = { url: `${url}/recall`, connections, bodies }
  return new Promise((resolve, reject) => {
    const client = new Worker(new URL('./recall-scale-client.ts', import.meta.url), { workerData })
    client.once('message', resolve)
    client.once('error', reject)
  })
}

async function foundAmongTen(server: ScaleServer, questions: readonly string[], asked: readonly IndexedMemory[]) {
  let found = 0
  for (const [i, question] of questions.entries()) {
    if ((await server.ask(question)).includes(asked[i]!.offset)) found += 1
  }
  return round(found / questions.length, 3)
}

function besideFts5(fts5: Fts5, questions: readonly string[], asked: readonly IndexedMemory[]) {
  const { found, times } = fts5.ask(questions)
  const share = found.filter((offsets, i) => offsets.includes(asked[i]!.offset)).length / questions.length
  return { p50Ms: times.p50Ms, p95Ms: times.p95Ms, foundAmongTen: round(share, 3) }
}
