import { setTimeout as pause } from 'node:timers/promises'
import { exchange } from './http-exchange.ts'
import type { Entry, Ledger } from './ledger.ts'
import type { Random } from './random.ts'
import type { Report } from './report.ts'
import { verdictOf } from './verdict.ts'

/** Longer than a process waits for its log. */
const ANSWER_TIMEOUT_MS = 8_000
const RETRY_MS = 60
const MOST_RETRY_MS = 800
/** Of those who are told that nothing was written, some leave it at that: then it must stay so. */
const GIVES_UP = 0.25
/** Some want to hear what the fold made of it. */
const WAITS = 0.05

export interface SenderDeps {
  readonly ledger: Ledger
  readonly random: Random
  readonly report: Report
  /** Base addresses of the processes that take commands. */
  readonly urls: readonly string[]
  /** No send is begun after it. */
  readonly deadline: AbortSignal
}

/** An honest client: sends with one key until it is answered, to the next process when one does not answer. */
export class Sender {
  readonly #deps: SenderDeps
  #next = 0

  constructor(deps: SenderDeps) {
    this.#deps = deps
  }

  /** Resolves when the entry was answered, given up or the deadline has passed. `repeat`: somebody sends it as well. */
  async send(entry: Entry, repeat = false): Promise<void> {
    const { report, deadline, urls, random } = this.#deps
    for (let attempt = 0; !deadline.aborted; attempt++) {
      const url = urls[this.#next++ % urls.length]!
      const { command } = entry
      const verdict = verdictOf(
        entry,
        await exchange({
          method: 'POST',
          url: url + command.path,
          body: command.body,
          headers: { 'idempotency-key': command.key, ...(random.next() < WAITS ? { prefer: 'wait=2' } : {}) },
          timeoutMs: ANSWER_TIMEOUT_MS,
        }),
      )
      if (verdict.verdict !== 'again') return this.#settle(entry, verdict)
      report.count(`write: ${verdict.code}`)
      if (verdict.written === 'unknown') entry.unknown += 1
      if (!repeat && this.#givesUp(entry)) return
      await pause(Math.min(RETRY_MS * 2 ** attempt, MOST_RETRY_MS) * (0.5 + random.next()))
    }
  }

  #settle(entry: Entry, verdict: Exclude<ReturnType<typeof verdictOf>, { verdict: 'again' }>): void {
    const { report, ledger } = this.#deps
    const { kind, key } = entry.command
    report.count(`write: ${verdict.verdict}`)
    if (verdict.verdict === 'wrong') report.violated(`${kind} ${key} was answered with ${verdict.what}`)
    else if (verdict.verdict === 'refused') entry.state = 'refused'
    else {
      const wrong = ledger.acknowledge(entry, verdict.receipt)
      if (wrong !== null) report.violated(wrong)
    }
  }

  /** Only where every send so far was answered with "nothing was written", and nothing else hangs on it. */
  #givesUp(entry: Entry): boolean {
    if (entry.command.kind !== 'remember' || entry.unknown > 0 || entry.state !== 'open') return false
    if (this.#deps.random.next() >= GIVES_UP) return false
    entry.state = 'given-up'
    this.#deps.report.count('write: given up after "nothing was written"')
    return true
  }
}
