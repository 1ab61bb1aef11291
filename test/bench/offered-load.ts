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
  const pending = new Set<Promise<void>>()
  let failed = 0
  const started = performance.now()
  const total = perSecond * seconds
  for (let sent = 0; sent < total; ) {
    // The first is due when it begins.
    const due = Math.min(total, 1 + Math.floor(((performance.now() - started) * perSecond) / 1_000))
    for (; sent < due; sent++) {
      const dueAt = started + (sent * 1_000) / perSecond
      const one = exchange(agent, url, bodies[sent % bodies.length]!, { headers })
        .then(({ status }) => {
          latencies.push(performance.now() - dueAt)
          if (status >= 400) failed += 1
        })
        .catch(() => {
          failed += 1
        })
        .finally(() => pending.delete(one))
      pending.add(one)
    }
    if (pending.size > MAX_UNDER_WAY) await Promise.race(pending)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(pending)
  if (kept === undefined) agent.destroy()
  pool.push(...latencies)
  return summary(latencies, performance.now() - started, failed)
}
