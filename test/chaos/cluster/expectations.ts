import type { Chaos } from './chaos.ts'
import { type Exchange, exchange } from './http-exchange.ts'
import { describe } from './recovery.ts'

const TIMEOUT_MS = 8_000

/** One row of the table of what still works while a part is down (docs/architecture.md). */
export interface Expectation {
  readonly what: string
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  holds(status: number, body: Readonly<Record<string, unknown>>): boolean
}

export const recallOf = (namespace: string, more: Readonly<Record<string, unknown>> = {}) => ({
  query: 'harbour and garden',
  namespace,
  ...more,
})

export const isRefusedAs =
  (...codes: readonly string[]) =>
  (status: number, body: Readonly<Record<string, unknown>>): boolean =>
    status === 503 && codes.includes(String(body.code))

/** Answers, and says that `part` was missing. */
export const isDegradedBy =
  (part: string) =>
  (status: number, body: Readonly<Record<string, unknown>>): boolean =>
    status === 200 && ((body.degraded ?? []) as readonly string[]).includes(part)

/** Asks every query process and notes what the table does not say. */
export async function expectOfReads({ cluster, report }: Chaos, part: string, rows: readonly Expectation[]) {
  for (const { url, name } of cluster.of('query')) {
    for (const { what, path, body, holds } of rows) {
      const asked = await exchange({ method: 'POST', url: url + path, body, timeoutMs: TIMEOUT_MS })
      report.count(`${part} down: ${what}: ${shortly(asked)}`)
      if (asked.outcome === 'answer' && holds(asked.answer.status, asked.answer.body)) continue
      report.violated(`${part} is down: ${what}, but ${name} says ${describe(asked)}`)
    }
  }
}

function shortly(asked: Exchange): string {
  if (asked.outcome !== 'answer') return asked.outcome
  const { status, body } = asked.answer
  const degraded = body.degraded === undefined ? '' : ` degraded ${JSON.stringify(body.degraded)}`
  return `${status}${body.code === undefined ? '' : ` ${String(body.code)}`}${degraded}`
}
