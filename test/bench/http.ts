// npm run bench -- http        (or: node test/bench/http.ts [memories])
// HTTP remember at 1 and 16 connections, batches, and recall over what they stored, against a server process; beside it
// the same requests to an empty handler of the same framework. JSON on standard output.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { exchange, load } from './http-load.ts'
import { round } from './http-measure.ts'
import { sentences } from './http-texts.ts'

const MEMORIES = Number(process.argv[2] ?? 100_000)
/** Of a stretch, and of the one before it that is not measured: by then the server's code is compiled. */
const SINGLES = 20_000
const WARM_MEMORIES = 20_000
/** Batches on their way at once: one is parsed while another is written. */
const BATCH_CONNECTIONS = 2
const BATCH = 1000
const RECALLS = 500

const bodyOf = (namespace: string) => (text: { content: string; author: string; runId: string }) =>
  JSON.stringify({ namespace, content: text.content, author: text.author, run_id: text.runId })

async function startEcho(): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('echo-server.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [chunk] = await once(child.stdout, 'data')
  const url = /(http:\S+)/.exec(String(chunk))![1]!
  return {
    url,
    async stop() {
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}

/** The metric is the interval between two samples: of an idle loop it is this, and the delay is what exceeds it. */
const SAMPLED_EVERY_MS = 10

/** The server's own event-loop delay since it was asked last, milliseconds. */
async function eventLoopDelay(agent: Agent, server: ServerProcess): Promise<{ p99Ms: number; maxMs: number }> {
  const { text } = await exchange(agent, `${server.url}/metrics`, null)
  const read = (name: string): number =>
    round(Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]) * 1000 - SAMPLED_EVERY_MS)
  return { p99Ms: read('nodejs_eventloop_lag_p99_seconds'), maxMs: read('nodejs_eventloop_lag_max_seconds') }
}

/** Milliseconds until all of them are answered. */
async function sendBatches(agent: Agent, url: string, bodies: readonly string[]): Promise<number> {
  const started = performance.now()
  let next = 0
  const connection = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const { status, text } = await exchange(agent, `${url}/remember/batch`, body)
      if (status !== 200) throw new Error(`batch: ${status} ${text}`)
    }
  }
  await Promise.all(Array.from({ length: BATCH_CONNECTIONS }, connection))
  return performance.now() - started
}

function batchBodies(namespace: string, memories: number): string[] {
  const texts = [...sentences(memories)]
  const bodies: string[] = []
  for (let at = 0; at < texts.length; at += BATCH) {
    const items = texts.slice(at, at + BATCH).map(({ content, author, runId }) => ({ content, author, run_id: runId }))
    bodies.push(JSON.stringify({ namespace, items }))
  }
  return bodies
}

/** Resolves when everything that was accepted is folded. */
async function folded(agent: Agent, server: ServerProcess): Promise<void> {
  for (;;) {
    const { text } = await exchange(agent, `${server.url}/metrics`, null)
    const lags = [...text.matchAll(/^somabrain_consumer_lag\{[^}]*\} (\d+)/gm)]
    if (lags.every(([, lag]) => Number(lag) === 0)) return
    await pause(20)
  }
}

async function batches(agent: Agent, server: ServerProcess, echo: { readonly url: string }, namespace: string) {
  const bodies = batchBodies(namespace, MEMORIES)
  await sendBatches(agent, echo.url, bodies)
  const emptyHandler = await sendBatches(agent, echo.url, bodies)
  await sendBatches(agent, server.url, batchBodies('warm', WARM_MEMORIES))
  await folded(agent, server)
  const started = performance.now()
  const accepted = await sendBatches(agent, server.url, bodies)
  await folded(agent, server)
  const visible = performance.now() - started
  return {
    memories: MEMORIES,
    acceptedPerSecond: Math.round((MEMORIES * 1000) / accepted),
    visiblePerSecond: Math.round((MEMORIES * 1000) / visible),
    ofEmptyHandler: round(emptyHandler / accepted),
  }
}

async function recalls(server: { readonly url: string }, namespace: string, connections: number) {
  const bodies = [...sentences(RECALLS)].map(({ content }, i) =>
    JSON.stringify({ namespace, query: `Who ${content.split(' ').slice(1, 6).join(' ')} on day ${i % 365}?`, k: 10 }),
  )
  return load(`${server.url}/recall`, connections, bodies)
}

const folder = mkdtempSync(join(tmpdir(), 'somabrain-bench-'))
const agent = new Agent({ keepAlive: true })
const server = await startServerProcess(folder)
const echo = await startEcho()
try {
  const texts = [...sentences(SINGLES * 3)]
  const singles = (from: number, to: number): string[] => texts.slice(from, to).map(bodyOf('singles'))
  await load(`${server.url}/remember`, 16, singles(0, SINGLES))
  await load(`${echo.url}/remember`, 16, singles(0, SINGLES))
  await eventLoopDelay(agent, server)
  const one = await load(`${server.url}/remember`, 1, singles(SINGLES, SINGLES + 1000))
  const echoOne = await load(`${echo.url}/remember`, 1, singles(SINGLES, SINGLES + 1000))
  const sixteen = await load(`${server.url}/remember`, 16, singles(SINGLES * 2, SINGLES * 3))
  const delay = await eventLoopDelay(agent, server)
  const echoSixteen = await load(`${echo.url}/remember`, 16, singles(SINGLES * 2, SINGLES * 3))
  const batch = await batches(agent, server, echo, 'batches')
  const first = performance.now()
  await exchange(
    agent,
    `${server.url}/recall`,
    JSON.stringify({ namespace: 'batches', query: 'Who sold the blue boat?' }),
  )
  const firstRecallMs = performance.now() - first
  const recallOf = async (connections: number) => {
    const stretch = await recalls(server, 'batches', connections)
    const raw = await recalls(echo, 'batches', connections)
    return { ...stretch, ofEmptyHandler: round(stretch.perSecond / raw.perSecond) }
  }
  await recallOf(1)
  const result = {
    machine: { cpus: cpus().length, model: cpus()[0]?.model, node: process.version },
    remember: {
      one: { ...one, ofEmptyHandler: round(one.perSecond / echoOne.perSecond) },
      sixteen: { ...sixteen, ofEmptyHandler: round(sixteen.perSecond / echoSixteen.perSecond) },
      eventLoopDelayWhileSixteenWrite: delay,
      emptyHandler: { one: echoOne.perSecond, sixteen: echoSixteen.perSecond },
    },
    batch,
    recall: {
      memories: MEMORIES,
      firstMs: round(firstRecallMs),
      one: await recallOf(1),
      sixteen: await recallOf(16),
    },
  }
  console.log(JSON.stringify(result, null, 2))
} finally {
  agent.destroy()
  await echo.stop()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
