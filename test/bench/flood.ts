// npm run bench -- flood        (or: node test/bench/flood.ts [pairs] [seconds] [limit])
// One tenant at ten times its limit; what it costs a neighbour that stays within its own. Pairs of stretches with and without
// the flood, in turns, against one server; beside them the same flood sent to an empty handler, which is what the sending
// itself takes from the neighbour on this machine, and the same tenant within its limit, which is what it may take. The flood
// has begun three seconds before: what its tenant may ask at once is used up, and its connections stand. Six minutes; JSON on
// standard output. Wants a machine that does nothing else: `load` says whether it was, and `stolen` how much of the processor
// time that was asked for a hypervisor gave to others.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { SignJWT } from 'jose'
import { startServerProcess } from '../support/server-process.ts'
import { exchange } from './http-load.ts'
import { percentile, round, type Stretch } from './http-measure.ts'
import { sentences } from './http-texts.ts'
import { MAX_SOCKETS, offer } from './offered-load.ts'
import { stolenSince } from './stolen-time.ts'

const PAIRS = Number(process.argv[2] ?? 8)
const SECONDS = Number(process.argv[3] ?? 8)
const LIMIT = Number(process.argv[4] ?? 100)
const FLOOD = 10 * LIMIT
const NEIGHBOUR = Math.floor(LIMIT * 0.9)
const STORED = 1_000
const SETTLED_S = 3
const SECRET = 'a secret for the bench, of thirty-two bytes and more'

const WAYS = ['quiet', 'flooded', 'beside', 'within'] as const
type Way = (typeof WAYS)[number]
type Pair = Readonly<Record<Way | 'offender', Stretch>>

/** The median of the pairs, and how far they lie apart. */
function ratios(pairs: readonly Pair[], of: Way, to: Way, at: 'p50Ms' | 'p99Ms') {
  const sorted = pairs.map((pair) => pair[of][at] / pair[to][at]).sort((a, b) => a - b)
  return { median: round(sorted[sorted.length >> 1]!), least: round(sorted[0]!), most: round(sorted.at(-1)!) }
}

const credential = async (tenant: string): Promise<Record<string, string>> => {
  const claims = { tenant_id: tenant, roles: ['reader', 'writer'] }
  const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setSubject(tenant).setExpirationTime('1h')
  return { authorization: `Bearer ${await token.sign(new TextEncoder().encode(SECRET))}` }
}

const texts = [...sentences(STORED)].map(({ content }) => content)
const recalls = texts
  .slice(0, 500)
  .map((content) => JSON.stringify({ query: `Who ${content.split(' ').slice(1, 6).join(' ')}?` }))

/** Asks `url` from a thread of its own, from before the neighbour is measured until it was. */
async function flood(url: string, headers: Record<string, string>, perSecond = FLOOD): Promise<Stretch> {
  const worker = new Worker(new URL('flood-offender.ts', import.meta.url), {
    workerData: { url: `${url}/recall`, bodies: recalls, perSecond, seconds: SETTLED_S + SECONDS, headers },
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
const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS })
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
  const pools = { quiet: [] as number[], flooded: [] as number[], beside: [] as number[], within: [] as number[] }
  const asking = (pool?: number[]) => offer(`${server.url}/recall`, recalls, NEIGHBOUR, SECONDS, neighbour, pool, agent)
  const askingAmid = async (pool: number[]) => {
    await pause(SETTLED_S * 1000)
    return asking(pool)
  }
  const ways = {
    quiet: async () => [await asking(pools.quiet), null] as const,
    flooded: () => Promise.all([askingAmid(pools.flooded), flood(server.url, offender)]),
    beside: () => Promise.all([askingAmid(pools.beside), flood(echo.url, offender)]),
    within: () => Promise.all([askingAmid(pools.within), flood(server.url, offender, NEIGHBOUR)]),
  }
  await asking()
  const loadBefore = loadavg()
  const stolen = stolenSince()
  const pairs: Pair[] = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const taken = new Map<Way, readonly [Stretch, Stretch | null]>()
    // In another order each time: what grows with time, such as caches and heat, must not fall on one of them.
    for (let turn = 0; turn < WAYS.length; turn++) {
      const way = WAYS[(pair + turn) % WAYS.length]!
      taken.set(way, await ways[way]())
    }
    const of = (way: Way): Stretch => taken.get(way)![0]
    pairs.push({
      quiet: of('quiet'),
      flooded: of('flooded'),
      beside: of('beside'),
      within: of('within'),
      offender: taken.get('flooded')![1]!,
    })
  }
  const p99 = (pool: number[]): number =>
    round(
      percentile(
        pool.sort((x, y) => x - y),
        0.99,
      ),
    )
  const pooled = {
    quiet: p99(pools.quiet),
    flooded: p99(pools.flooded),
    beside: p99(pools.beside),
    within: p99(pools.within),
  }
  console.log(
    JSON.stringify(
      {
        machine: { cpus: cpus().length, model: cpus()[0]?.model, node: process.version },
        load: { before: loadBefore.map((value) => round(value)), after: loadavg().map((value) => round(value)) },
        stolen: stolen(),
        offeredPerSecond: { limit: LIMIT, flood: FLOOD, neighbour: NEIGHBOUR },
        neighboursP99: {
          floodedToQuiet: ratios(pairs, 'flooded', 'quiet', 'p99Ms'),
          besideToQuiet: ratios(pairs, 'beside', 'quiet', 'p99Ms'),
          withinToQuiet: ratios(pairs, 'within', 'quiet', 'p99Ms'),
          floodedToBeside: ratios(pairs, 'flooded', 'beside', 'p99Ms'),
          floodedToWithin: ratios(pairs, 'flooded', 'within', 'p99Ms'),
          // Of all answers of all stretches together: a stretch alone has few beyond its p99.
          pooledMs: pooled,
          pooledFloodedToQuiet: round(pooled.flooded / pooled.quiet),
        },
        neighboursP50: { floodedToQuiet: ratios(pairs, 'flooded', 'quiet', 'p50Ms') },
        // Of the neighbour, which is within its limit: must be 0.
        neighbourRefused: pairs.reduce(
          (sum, { quiet, flooded, within }) => sum + quiet.failed + flooded.failed + within.failed,
          0,
        ),
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
