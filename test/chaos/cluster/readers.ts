import { setTimeout as pause } from 'node:timers/promises'
import { exchange } from './http-exchange.ts'
import type { Ledger, Remembered } from './ledger.ts'
import type { Random } from './random.ts'
import type { Report } from './report.ts'

const READERS = 3
const PAUSE_MS = 40
const TIMEOUT_MS = 8_000
const K = 3
/** What was acknowledged last is what a reader may miss. */
const RECENT = 40
const MAY_HAPPEN = new Set(['not_yet_visible', 'store_unavailable', 'starting', 'shutting_down', 'overloaded'])

export interface ReadersDeps {
  readonly ledger: Ledger
  readonly random: Random
  readonly report: Report
  readonly urls: readonly string[]
}

/** Clients that ask for what they know was acknowledged, all through the run. */
export class Readers {
  readonly #deps: ReadersDeps
  readonly #reading: Promise<unknown>
  #ended = false
  #answers = 0

  constructor(deps: ReadersDeps) {
    this.#deps = deps
    this.#reading = Promise.all(Array.from({ length: READERS }, () => this.#read()))
  }

  /** Answers that included what they had to. */
  get answers(): number {
    return this.#answers
  }

  async finish(): Promise<void> {
    this.#ended = true
    await this.#reading
  }

  async #read(): Promise<void> {
    const { ledger, random } = this.#deps
    while (!this.#ended) {
      const recent = ledger.memories.slice(-RECENT)
      if (recent.length > 0) await this.#ask(random.pick(recent))
      await pause(PAUSE_MS * 2 * random.next())
    }
  }

  /** `after` the memory's position, or the latest: an answer without the memory is a broken promise. */
  async #ask(memory: Remembered): Promise<void> {
    const { random, report, urls } = this.#deps
    if (memory.claimed) return
    const after = random.next() < 0.5 ? memory.position : 'latest'
    const url = random.pick(urls)
    const asked = await exchange({
      method: 'POST',
      url: `${url}/recall`,
      body: { query: memory.word, namespace: memory.namespace, after, k: K },
      timeoutMs: TIMEOUT_MS,
    })
    if (asked.outcome !== 'answer') return report.count(`read: ${asked.outcome}`)
    const { status, body } = asked.answer
    if (status !== 200) return this.#refused(after, status, body)
    report.count('read: answered')
    const results = body.results as ReadonlyArray<{ readonly memory_id: string; readonly content: string }>
    const found = results.find(({ memory_id }) => memory_id === memory.memoryId)
    if (found?.content === memory.content) this.#answers += 1
    // It may have been forgotten or corrected meanwhile.
    else if (!memory.claimed) {
      const lacking = `${memory.memoryId} at ${memory.position}, answered at ${String(body.position)}`
      report.violated(`recall in ${memory.namespace} with after: ${after} lacks ${lacking}`)
    }
  }

  #refused(after: string, status: number, body: Readonly<Record<string, unknown>>): void {
    const { report } = this.#deps
    const code = String(body.code)
    report.count(`read: ${code}`)
    if (status === 503 && MAY_HAPPEN.has(code)) return
    report.violated(`recall with after: ${after} was answered with ${status} ${JSON.stringify(body)}`)
  }
}
