// npm run bench -- mixed-load        (or: node test/bench/mixed-load.ts [--minutes 10] [--rate 40] [--memories 120000] [--budget 240] [--json out.json])
// Nine recalls to one remember against one server process, over 200 namespaces whose sizes and requests fall off as Zipf says: the
// largest lives in a thread of its own, and all views together are larger than the budget (MiB), so that views leave and come
// back. The memory of the server is sampled each 5 s; its trend is taken behind a warm-up of a fifth of the time.
// The sending side has a lower priority than the server. JSON on standard output.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { cpus, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startServerProcess } from '../support/server-process.ts'
import { exchange } from './http-load.ts'
import { type MemorySample, sampleMemory, trendOf } from './mixed-load-memory.ts'
import { type MixedRequest, sendMixed } from './mixed-load-traffic.ts'
import { RecallCorpus } from './recall-corpus.ts'

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '40' },
    memories: { type: 'string', default: '120000' },
    budget: { type: 'string', default: '240' },
    json: { type: 'string' },
  },
})
const SECONDS = Number(options.minutes) * 60
const NAMESPACES = 200
const BATCH = 500
const SAMPLE_EVERY_MS = 5000
const WARM_UP = 0.2
const REMEMBERS = 0.1
/** Users of a namespace; every other memory is of one of them. */
const USERS = 5

const corpus = new RecallCorpus(7)
let written = 0
const shares = Array.from({ length: NAMESPACES }, (_, rank) => 1 / (rank + 1))
const whole = shares.reduce((sum, share) => sum + share, 0)
const sizes = shares.map((share) => Math.max(1, Math.round((share / whole) * Number(options.memories))))

const nameOf = (rank: number): string => `space-${rank}`

function itemOf() {
  const { content, author, runId, tags, metadata } = corpus.memory(written)
  const user = written++ % (2 * USERS)
  return { content, author, run_id: runId, tags, metadata, ...(user < USERS ? { user_id: `user-${user}` } : {}) }
}

/** A rank, as likely as its share. */
function pickRank(): number {
  let rest = Math.random() * whole
  for (const [rank, share] of shares.entries()) {
    rest -= share
    if (rest <= 0) return rank
  }
  return NAMESPACES - 1
}

function nextRequest(): MixedRequest {
  const namespace = nameOf(pickRank())
  if (Math.random() < REMEMBERS) {
    return { kind: 'remember', path: '/remember', body: JSON.stringify({ namespace, ...itemOf() }) }
  }
  return { kind: 'recall', path: '/recall', body: JSON.stringify({ namespace, query: corpus.query(), k: 10 }) }
}

async function fill(agent: Agent, url: string): Promise<void> {
  for (const [rank, size] of sizes.entries()) {
    for (let left = size; left > 0; left -= BATCH) {
      const items = Array.from({ length: Math.min(BATCH, left) }, itemOf)
      const body = JSON.stringify({ namespace: nameOf(rank), items })
      const { status, text } = await exchange(agent, `${url}/remember/batch`, body)
      if (status !== 200) throw new Error(`batch: ${status} ${text}`)
    }
  }
  for (;;) {
    const { text } = await exchange(agent, `${url}/metrics`, null)
    if ([...text.matchAll(/^somabrain_consumer_lag\{[^}]*\} (\d+)/gm)].every(([, lag]) => lag === '0')) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Asks each namespace once, the largest last: a server that has just started is not what is measured. */
async function warmUp(agent: Agent, url: string): Promise<void> {
  for (let rank = NAMESPACES - 1; rank >= 0; rank--) {
    const body = JSON.stringify({ namespace: nameOf(rank), query: corpus.query() })
    const { status, text } = await exchange(agent, `${url}/recall`, body)
    if (status !== 200) throw new Error(`recall: ${status} ${text}`)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'somabrain-bench-'))
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const server = await startServerProcess(folder, { SOMABRAIN_VIEW_MEMORY_MB: options.budget })
setPriority(process.pid, 10)
try {
  await fill(agent, server.url)
  await warmUp(agent, server.url)
  const started = performance.now()
  const elapsed = (): number => (performance.now() - started) / 1000
  const samples: MemorySample[] = []
  const sample = async (): Promise<void> => {
    samples.push(await sampleMemory(agent, server.url, server.child.pid!, elapsed()))
    console.error(JSON.stringify(samples.at(-1)))
  }
  const timer = setInterval(() => void sample(), SAMPLE_EVERY_MS)
  const processor = process.cpuUsage()
  const traffic = await sendMixed(agent, server.url, Number(options.rate), nextRequest, () => elapsed() > SECONDS)
  clearInterval(timer)
  const sending = process.cpuUsage(processor)
  const steady = samples.filter(({ atSeconds }) => atSeconds > SECONDS * WARM_UP)
  const trend = (of: 'resident' | 'anonymous' | 'heap' | 'external' | 'viewBytes') =>
    trendOf(steady.map((one) => [one.atSeconds, one[of] ?? 0]))
  const result = {
    machine: { cpus: cpus().length, model: cpus()[0]?.model, node: process.version },
    namespaces: NAMESPACES,
    memories: { before: sizes.reduce((sum, size) => sum + size, 0), after: written, largest: sizes[0] },
    seconds: SECONDS,
    perSecond: Number(options.rate),
    budgetMiB: Number(options.budget),
    ...traffic,
    evicted: { all: samples.at(-1)!.evicted, afterWarmUp: steady.at(-1)!.evicted - steady[0]!.evicted },
    mebibytesAfterWarmUp: {
      resident: trend('resident'),
      anonymous: trend('anonymous'),
      heap: trend('heap'),
      external: trend('external'),
      views: trend('viewBytes'),
    },
    load: trendOf(samples.map(({ atSeconds, load }) => [atSeconds, load])),
    serversProcessorSeconds: samples.at(-1)!.processorSeconds - samples[0]!.processorSeconds,
    sendersProcessorSeconds: Math.round((sending.user + sending.system) / 1e6),
  }
  console.log(JSON.stringify(result, null, 2))
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ ...result, samples }, null, 1))
  if (traffic.failed > 0) process.exitCode = 1
} finally {
  agent.destroy()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
