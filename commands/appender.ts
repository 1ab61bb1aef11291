import { setImmediate as nextTurn } from 'node:timers/promises'
import { ProblemError } from '../domain/problem.ts'
import type { AppendResult, LogWriter, NewRecord } from './ports/log-writer.ts'

export interface AppenderOptions {
  /** Records of one append. */
  readonly maxBatchRecords: number
  /** Keys and values of one append; one record is taken even when it alone is larger. */
  readonly maxBatchBytes: number
  /** Bytes that may wait; what would exceed it is refused. Nothing that waits has been acknowledged. */
  readonly maxWaitingBytes: number
  /** How long a sent record may stay unanswered. */
  readonly answerTimeoutMs: number
}

export const defaultAppenderOptions: AppenderOptions = {
  maxBatchRecords: 1000,
  maxBatchBytes: 900_000,
  maxWaitingBytes: 128 * 1024 * 1024,
  answerTimeoutMs: 5000,
}

interface Waiting {
  readonly record: NewRecord
  readonly bytes: number
  readonly resolve: (result: AppendResult) => void
  readonly timer: NodeJS.Timeout
  sent: boolean
  settled: boolean
}

/**
 * The one appender of a process: gathers what waits while an append is under way and sends it as the next one; when
 * idle, a record goes at once. One append in flight keeps the order within a partition.
 *
 * Nothing is acknowledged from here: a record's promise settles with what the log said, or as `unknown` when the log
 * said nothing for `answerTimeoutMs`, or as `not-written` when it was never sent by then.
 */
export class Appender {
  readonly #log: LogWriter
  readonly #options: AppenderOptions
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #inFlight: Promise<void> | null = null
  #closed = false

  constructor(log: LogWriter, options: AppenderOptions = defaultAppenderOptions) {
    this.#log = log
    this.#options = options
  }

  /** Bytes that wait or are under way. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  /** Appends one record. Throws `overloaded` or `shutting_down` before anything was sent. */
  append(record: NewRecord): Promise<AppendResult> {
    if (this.#closed) {
      throw new ProblemError({ code: 'shutting_down', detail: 'The server is shutting down.', retryAfterSeconds: 1 })
    }
    const bytes = record.key.length + record.value.length
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > this.#options.maxWaitingBytes) {
      throw new ProblemError({
        code: 'overloaded',
        detail: 'Too much waits for the log already; nothing of this request was written.',
        retryAfterSeconds: 1,
      })
    }
    this.#waitingBytes += bytes
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#giveUp(waiting), this.#options.answerTimeoutMs)
      const waiting: Waiting = { record, bytes, resolve, timer, sent: false, settled: false }
      this.#waiting.push(waiting)
      this.#inFlight ??= this.#drain()
    })
  }

  /** Refuses what is new and resolves when everything that was accepted is settled. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#inFlight
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // What arrived with it, in the same turn of the event loop, goes with it: a commit for all instead of one for each.
      await nextTurn()
      const batch = this.#take()
      for (const waiting of batch) waiting.sent = true
      const results = await this.#log.append(batch.map((waiting) => waiting.record))
      for (const [i, waiting] of batch.entries()) this.#settle(waiting, results[i]!)
    }
    this.#inFlight = null
  }

  #take(): Waiting[] {
    const { maxBatchRecords, maxBatchBytes } = this.#options
    this.#waiting = this.#waiting.filter((waiting) => !waiting.settled)
    let count = 0
    let bytes = 0
    for (const waiting of this.#waiting) {
      if (count === maxBatchRecords || (count > 0 && bytes + waiting.bytes > maxBatchBytes)) break
      count += 1
      bytes += waiting.bytes
    }
    return this.#waiting.splice(0, count)
  }

  #giveUp(waiting: Waiting): void {
    const cause = new Error(`the log did not answer within ${this.#options.answerTimeoutMs} ms`)
    this.#settle(waiting, { status: waiting.sent ? 'unknown' : 'not-written', cause })
  }

  #settle(waiting: Waiting, result: AppendResult): void {
    if (waiting.settled) return
    waiting.settled = true
    clearTimeout(waiting.timer)
    this.#waitingBytes -= waiting.bytes
    waiting.resolve(result)
  }
}
