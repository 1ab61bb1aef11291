import { Agent } from 'node:http'
import { exchange } from './http-load.ts'
import { type Stretch, summary } from './http-measure.ts'

/** Connections of one load. */
export const MAX_SOCKETS = 256
/** More than this many under way at once: the server does not keep up with what is offered. */
const MAX_UNDER_WAY = 2_000

/**
 * Sends at a fixed rate, whether or not answers come (an open loop): the time to an answer counts from the moment at which
 * a request was due, so that waiting for a busy client counts too (coordinated omission).
 */
export async function offer(
  url: string,
  bodies: readonly string[],
  perSecond: number,
  seconds: number,
  headers: Readonly<Record<string, string>> = {},
  /** Gets the milliseconds of each answer, to be pooled with those of other stretches. */
  pool: number[] = [],
  /** Whose connections are used and kept; default: new ones, which end with the load. */
  kept?: Agent,
): Promise<Stretch> {
  const agent = kept ?? new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS })
  const latencies: number[] = []
  let failed = 0
  let underWay = 0
  let onAnswer = (): void => undefined
  const ask = async (body: string, dueAt: number): Promise<void> => {
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
  // One promise, and not a race of all that are under way: where answers come more slowly than they are asked for these are thousands, and
  // every race leaves something with each of them. Collecting that took both cores of a small machine from the server for 50 to 80 ms at
  // a time, which looked as if the server made others wait.
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
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  while (underWay > 0) await nextAnswer()
  if (kept === undefined) agent.destroy()
  pool.push(...latencies)
  return summary(latencies, performance.now() - started, failed)
}
