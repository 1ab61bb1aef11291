// Started by flood.ts as a thread of its own: one tenant that asks as fast as it is told, whatever it is answered.
import { Agent } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { exchange } from './http-load.ts'
import { summary } from './http-measure.ts'
import { MAX_SOCKETS } from './offered-load.ts'

const { url, bodies, perSecond, seconds, headers } = workerData as {
  readonly url: string
  readonly bodies: readonly string[]
  readonly perSecond: number
  readonly seconds: number
  readonly headers: Readonly<Record<string, string>>
}

/** More than this many under way at once: the server answers more slowly than is asked. */
const MAX_UNDER_WAY = 2_000
const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS })
const latencies: number[] = []
let failed = 0
let underWay = 0
let onAnswer = (): void => undefined

async function ask(body: string, dueAt: number): Promise<void> {
  underWay += 1
  try {
    const { status } = await exchange(agent, url, body, { headers })
    latencies.push(performance.now() - dueAt)
    if (status >= 400) failed += 1
  } catch {
    failed += 1
  }
  underWay -= 1
  onAnswer()
}

/**
 * One promise, and not a race of all that are under way: a flood is answered more slowly than it asks, so they are thousands,
 * and every race leaves something with each of them. Collecting that took both cores of a small machine from the server for
 * 50 to 80 ms at a time, which looked as if the server made the neighbour wait.
 */
const nextAnswer = (): Promise<void> =>
  new Promise((resolve) => {
    onAnswer = resolve
  })

const started = performance.now()
const total = perSecond * seconds
for (let sent = 0; sent < total; ) {
  // The first is due when it begins.
  const due = Math.min(total, 1 + Math.floor(((performance.now() - started) * perSecond) / 1_000))
  for (; sent < due; sent++) void ask(bodies[sent % bodies.length]!, started + (sent * 1_000) / perSecond)
  if (underWay > MAX_UNDER_WAY) await nextAnswer()
  await pause(1)
}
while (underWay > 0) await nextAnswer()
agent.destroy()
parentPort?.postMessage(summary(latencies, performance.now() - started, failed))
