import { setTimeout as pause } from 'node:timers/promises'
import type { Entry, Ledger } from './ledger.ts'
import type { Random } from './random.ts'
import type { Sender } from './sender.ts'
import type { Workload } from './workload.ts'

const CONNECTIONS = 24
const TICK_MS = 250
/** Of the commands that are sent twice, with the same key. */
const REPEATED = 0.05

export interface LoadDeps {
  readonly sender: Sender
  readonly ledger: Ledger
  readonly workload: Workload
  readonly random: Random
}

/**
 * Up to 24 requests at once, as many commands as were offered. One in twenty is sent twice with its key: half of those by
 * two connections at once, the others again after the answer.
 */
export class Load {
  readonly #deps: LoadDeps
  readonly #repeats: Entry[] = []
  readonly #idle: Array<() => void> = []
  #offered = 0
  #begun = 0
  #repeated = 0
  #ended = false
  readonly #connections: Promise<unknown>

  constructor(deps: LoadDeps) {
    this.#deps = deps
    this.#connections = Promise.all(Array.from({ length: CONNECTIONS }, () => this.#connection()))
  }

  get begun(): number {
    return this.#begun
  }

  get repeated(): number {
    return this.#repeated
  }

  /** Offers commands in bursts over a time. Resolves when the last one was offered. */
  async offer(count: number, overMs: number): Promise<void> {
    const mean = (count * TICK_MS) / overMs
    for (let left = count; left > 0; ) {
      const burst = Math.min(left, 1 + this.#deps.random.int(2 * mean))
      left -= burst
      this.#offered += burst
      this.#wake()
      await pause(TICK_MS)
    }
  }

  /** A command besides those that were offered, sent by this caller. */
  async sendNow(command: Entry['command']): Promise<Entry> {
    const entry = this.#deps.ledger.open(command)
    await this.#deps.sender.send(entry, true)
    return entry
  }

  /** Resolves when all that was offered is answered, or the sender's deadline has passed. */
  async finish(): Promise<void> {
    this.#ended = true
    this.#wake()
    await this.#connections
  }

  #wake(): void {
    for (const wake of this.#idle.splice(0)) wake()
  }

  async #connection(): Promise<void> {
    const { sender, ledger, workload, random } = this.#deps
    for (;;) {
      const repeat = this.#repeats.shift()
      if (repeat !== undefined) {
        await sender.send(repeat, true)
        continue
      }
      if (this.#begun === this.#offered) {
        if (this.#ended) return
        await new Promise<void>((resolve) => this.#idle.push(resolve))
        continue
      }
      this.#begun += 1
      const entry = ledger.open(workload.next())
      const isRepeated = random.next() < REPEATED
      const isAtOnce = isRepeated && random.next() < 0.5
      if (isAtOnce) this.#repeat(entry)
      await sender.send(entry, isAtOnce)
      if (isRepeated && !isAtOnce && entry.state === 'acknowledged') this.#repeat(entry)
    }
  }

  #repeat(entry: Entry): void {
    this.#repeated += 1
    this.#repeats.push(entry)
    this.#wake()
  }
}
