import type { Agent } from 'node:http'
import { exchange } from './http-load.ts'
import { percentile, round } from './http-measure.ts'

export interface MixedRequest {
  readonly kind: 'recall' | 'remember'
  readonly path: string
  readonly body: string
}

interface Latencies {
  readonly requests: number
  /** From when the request left. */
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  /** From when it was due: with what a busy loading side kept it waiting. */
  readonly p95SinceDueMs: number
}

export interface Traffic {
  readonly recall: Latencies
  readonly remember: Latencies
  readonly failed: number
  /** The first few failures, as they came. */
  readonly failures: readonly string[]
}

/** More than this many under way at once: the server does not keep up with what is offered. */
const MAX_UNDER_WAY = 500
const SHOWN_FAILURES = 5

/** Sends what `next` makes, so many a second, whether or not answers come, until `ended`. */
export async function sendMixed(
  agent: Agent,
  url: string,
  perSecond: number,
  next: () => MixedRequest,
  ended: () => boolean,
): Promise<Traffic> {
  const measured = { recall: newMeasure(), remember: newMeasure() }
  const pending = new Set<Promise<void>>()
  const failures: string[] = []
  let failed = 0
  const fail = (what: string): void => {
    failed += 1
    if (failures.length < SHOWN_FAILURES) failures.push(what)
  }
  const started = performance.now()
  const send = async ({ kind, path, body }: MixedRequest, dueAt: number): Promise<void> => {
    const sentAt = performance.now()
    try {
      const { status, text } = await exchange(agent, `${url}${path}`, body)
      if (status >= 400) fail(`${kind} ${status} ${text.slice(0, 200)}`)
    } catch (error) {
      fail(`${kind} ${(error as Error).message}`)
    }
    const now = performance.now()
    measured[kind].sinceSent.push(now - sentAt)
    measured[kind].sinceDue.push(now - dueAt)
  }
  for (let sent = 0; !ended(); ) {
    const due = Math.floor(((performance.now() - started) * perSecond) / 1000)
    for (; sent < due; sent++) {
      const one = send(next(), started + (sent * 1000) / perSecond).finally(() => pending.delete(one))
      pending.add(one)
    }
    if (pending.size > MAX_UNDER_WAY) await Promise.race(pending)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await Promise.all(pending)
  return { recall: latenciesOf(measured.recall), remember: latenciesOf(measured.remember), failed, failures }
}

interface Measure {
  readonly sinceSent: number[]
  readonly sinceDue: number[]
}

const newMeasure = (): Measure => ({ sinceSent: [], sinceDue: [] })

function latenciesOf({ sinceSent, sinceDue }: Measure): Latencies {
  for (const one of [sinceSent, sinceDue]) one.sort((a, b) => a - b)
  return {
    requests: sinceSent.length,
    p50Ms: round(percentile(sinceSent, 0.5)),
    p95Ms: round(percentile(sinceSent, 0.95)),
    p99Ms: round(percentile(sinceSent, 0.99)),
    p95SinceDueMs: round(percentile(sinceDue, 0.95)),
  }
}
