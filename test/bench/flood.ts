// npm run bench -- flood        (or: node test/bench/flood.ts [pairs] [seconds] [limit])
// One tenant at ten times its limit; what it costs a neighbour that stays within its own. Pairs of stretches with and without
// the flood, in turns, against one server; beside them the same flood sent to an empty handler, which is what the sending
// itself takes from the neighbour on this machine. JSON on standard output.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { SignJWT } from 'jose'
import { startServerProcess } from '../support/server-process.ts'
import { exchange } from './http-load.ts'
import { round, type Stretch } from './http-measure.ts'
import { sentences } from './http-texts.ts'
import { offer } from './offered-load.ts'

const PAIRS = Number(process.argv[2] ?? 5)
const SECONDS = Number(process.argv[3] ?? 10)
const LIMIT = Number(process.argv[4] ?? 100)
const FLOOD = 10 * LIMIT
const NEIGHBOUR = LIMIT / 2
const STORED = 1_000
const SECRET = 'a secret for the bench, of thirty-two bytes and more'

const credential = async (tenant: string): Promise<Record<string, string>> => {
  const claims = { tenant_id: tenant, roles: ['reader', 'writer'] }
  const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setSubject(tenant).setExpirationTime('1h')
  return { authorization: `Bearer ${await token.sign(new TextEncoder().encode(SECRET))}` }
}

const texts = [...sentences(STORED)].map(({ content }) => content)
const recalls = texts
  .slice(0, 500)
  .map((content) => JSON.stringify({ query: `Who ${content.split(' ').slice(1, 6).join(' ')}?` }))

/** Floods `url` from a thread of its own, for as long as the neighbour is measured. */
async function flood(url: string, headers: Record<string, string>): Promise<Stretch> {
  const worker = new Worker(new URL('flood-offender.ts', import.meta.url), {
    workerData: { url: `${url}/recall`, bodies: recalls, perSecond: FLOOD, seconds: SECONDS, headers },
  })
  const [stretch] = await once(worker, 'message')
  return stretch as Stretch
}

async function startEcho(): Promise<{ url: string; stop(): void }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('echo-server.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [chunk] = await once(child.stdout, 'data')
  return { url: /(http:\S+)/.exec(String(chunk))![1]!, stop: () => void child.kill() }
}

const folder = mkdtempSync(join(tmpdir(), 'somabrain-bench-'))
const agent = new Agent({ keepAlive: true })
const server = await startServerProcess(folder, {
  SOMABRAIN_JWT_SECRET: SECRET,
  SOMABRAIN_RATE_RPS: String(LIMIT),
  SOMABRAIN_RATE_BURST: String(2 * LIMIT),
})
const echo = await startEcho()
try {
  const [offender, neighbour] = [await credential('offender'), await credential('neighbour')]
  for (const headers of [offender, neighbour]) {
    for (let at = 0; at < STORED; at += 1000) {
      const items = texts.slice(at, at + 1000).map((content) => ({ content }))
      const { status } = await exchange(agent, `${server.url}/remember/batch`, JSON.stringify({ items }), { headers })
      if (status !== 200) throw new Error(`batch: ${status}`)
    }
  }
  const asking = () => offer(`${server.url}/recall`, recalls, NEIGHBOUR, SECONDS, neighbour)
  await asking()
  const pairs: Array<Record<'quiet' | 'flooded' | 'beside', Stretch> & { offender: Stretch }> = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const quiet = await asking()
    const [flooded, offended] = await Promise.all([asking(), flood(server.url, offender)])
    const [beside] = await Promise.all([asking(), flood(echo.url, offender)])
    pairs.push({ quiet, flooded, beside, offender: offended })
  }
  const ratios = (of: 'flooded' | 'beside', to: 'quiet' | 'beside', at: 'p50Ms' | 'p99Ms') => {
    const sorted = pairs.map((pair) => pair[of][at] / pair[to][at]).sort((a, b) => a - b)
    return { median: round(sorted[sorted.length >> 1]!), least: round(sorted[0]!), most: round(sorted.at(-1)!) }
  }
  console.log(
    JSON.stringify(
      {
        machine: { cpus: cpus().length, model: cpus()[0]?.model, node: process.version },
        limit: LIMIT,
        flood: FLOOD,
        neighbour: NEIGHBOUR,
        neighboursP99: {
          floodedToQuiet: ratios('flooded', 'quiet', 'p99Ms'),
          besideToQuiet: ratios('beside', 'quiet', 'p99Ms'),
          floodedToBeside: ratios('flooded', 'beside', 'p99Ms'),
        },
        neighboursP50: { floodedToQuiet: ratios('flooded', 'quiet', 'p50Ms') },
        pairs,
      },
      null,
      2,
    ),
  )
} finally {
  agent.destroy()
  echo.stop()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
